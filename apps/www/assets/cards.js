// Cards of Home and of the notification centre: what a card's buttons need is fetched when one of them is pressed, so that looking takes little.
// A card with `data-unasked` has something to do at once.

import { texts } from "../js/texts.js";
import { working } from "../js/ui.js";

const t = await texts("www");

/** The scripts that are here: each serves all cards of its app. */
const fetched = new Set();

async function fetchFor(card, button) {
  const { script } = card.dataset;
  await working(button, t("js-cards-fetching"), async () => {
    await import(script).catch(() => {
      throw new Error(t("js-api-no-answer"));
    });
    fetched.add(script);
  });
  if (fetched.has(script)) button.click();
}

for (const card of document.querySelectorAll("[data-script]:has([data-unasked])")) {
  const { script } = card.dataset;
  import(script).then(() => fetched.add(script), (error) => console.info(error.message));
}

for (const card of document.querySelectorAll("[data-script]")) {
  const press = (event) => {
    const button = event.target.closest("button");
    if (!button || fetched.has(card.dataset.script)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    fetchFor(card, button);
  };
  card.addEventListener("click", press, { capture: true });
}

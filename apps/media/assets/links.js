// Your own links: showing one again, ending one at once, and moving its end.

import { texts } from "../js/texts.js";
import { el, leave, working } from "../js/ui.js";
import { addressOf, ask, endOf, enter, field, showLink, until } from "./acts.js";
import { offerOnNextPage } from "./undo.js";

const t = await texts("media");

for (const button of document.querySelectorAll("[data-show]")) {
  const address = addressOf(button.dataset.show);
  button.hidden = !address;
  button.addEventListener("click", () => showLink(address));
}

/** The command that makes a link of this end, by the button that moves its end. */
function linkCommand({ move, of, digest, label, exact }, until) {
  return { ref: move, body: label ? { label } : {}, fact: { of, digest, until, ...(exact === "1" && { exact: 1 }) } };
}

for (const button of document.querySelectorAll("[data-end]")) {
  const { dataset } = button.closest("li").querySelector("[data-move]");
  button.addEventListener("click", () => working(button, t("js-signing"), async () => {
    await enter("link.end", { ref: button.dataset.end });
    offerOnNextPage(t("js-link-ended"), { op: "link", ...linkCommand(dataset, Number(dataset.until)) });
    await leave();
  }));
}

for (const button of document.querySelectorAll("[data-move]")) {
  button.addEventListener("click", async () => {
    const day = until(Math.max(Number(button.dataset.until), Date.now()));
    const done = await ask(t("js-link-move"), [el("p", {}, t("js-link-move-lead")), field("until", t("js-link-until"), day)], t("js-save"), async () => {
      const end = endOf(day);
      if (!end) return "again";
      await enter("link", linkCommand(button.dataset, end));
    });
    if (done) leave();
  });
}

// Your own tickets: passing one on.

import "./list.js";
import { agree } from "../js/proof.js";
import { actor } from "../js/session.js";
import { texts } from "../js/texts.js";
import { fieldError, sayError, working } from "../js/ui.js";

const t = await texts("events");

async function hand(event) {
  event.preventDefault();
  const form = event.target;
  const input = form.querySelector("[name=to]");
  const to = input.value.trim();
  fieldError(input);
  if (!to.startsWith("did:")) return fieldError(input, t("js-their-id"));
  await working(form.querySelector("button"), t("js-signing"), async () => {
    await agree(await actor(), "events.transfer", "POST", `/events/api/tickets/${form.dataset.ticket}/transfer`, { to });
    location.reload();
  });
}

for (const form of document.querySelectorAll("form.transfer")) form.addEventListener("submit", (event) => hand(event).catch(sayError));

// The viewer's tickets: passing one on.

import { chosen, complaint } from "../js/form/person.js";
import { agree } from "../js/proof.js";
import { actor } from "../js/session.js";
import { texts } from "../js/texts.js";
import { fieldError, sayError, working } from "../js/ui.js";

const t = await texts("events");

async function hand(event) {
  event.preventDefault();
  const form = event.target;
  const input = form.querySelector("[name=to]");
  const to = chosen(input);
  fieldError(input);
  if (!to) return fieldError(input, complaint(input));
  await working(form.querySelector("button"), t("js-signing"), async () => {
    await agree(await actor(), "events.transfer", "POST", `/events/api/tickets/${form.dataset.ticket}/transfer`, { to });
    location.reload();
  });
}

for (const form of document.querySelectorAll("form.transfer")) form.addEventListener("submit", (event) => hand(event).catch(sayError));

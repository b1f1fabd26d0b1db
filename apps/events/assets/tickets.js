// The viewer's tickets: passing one on, and returning a free one.

import { chosen, complaint } from "../js/form/person.js";
import { agree, submit } from "../js/proof.js";
import { actor } from "../js/session.js";
import { texts } from "../js/texts.js";
import { fieldError, leave, sayError, working } from "../js/ui.js";

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
    await leave();
  });
}

async function giveBack({ currentTarget: button }) {
  const { giveBack: ref, event, currency } = button.dataset;
  await working(button, t("js-signing"), async () => {
    await submit(await actor(), { service: "events", op: "events.refund", ref, body: {}, fact: { event, amount: 0, currency }, to: [event] });
    await leave();
  });
}

for (const form of document.querySelectorAll("form.transfer")) form.addEventListener("submit", (event) => hand(event).catch(sayError));
for (const button of document.querySelectorAll("[data-give-back]")) button.addEventListener("click", (event) => giveBack(event).catch(sayError));

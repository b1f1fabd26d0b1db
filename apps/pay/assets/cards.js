// The account by which the box takes cards: signs its owner's choice. The keys are sent to the box only, and are in no entry.

import { ApiError } from "../js/api.js";
import { agree } from "../js/proof.js";
import { actor } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, fieldError, leave, sayError, working } from "../js/ui.js";

const t = await texts("pay");
const inputs = [...document.querySelectorAll("#cards input")];

/** Has the box take cards like this; a field that is wrong is marked. */
async function choose(json) {
  for (const input of inputs) fieldError(input);
  try {
    await agree(await actor(), "pay.cards", "POST", "/pay/api/cards", json);
  } catch (error) {
    const field = error instanceof ApiError && inputs.find(({ id }) => id === error.problem.field);
    if (!field) throw error;
    fieldError(field, error.message);
    return;
  }
  await leave();
}

byId("cards")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const json = Object.fromEntries(inputs.map(({ id, value }) => [id, value.trim()]));
  working(byId("save"), t("js-signing"), () => choose(json)).catch(sayError);
});
byId("forget")?.addEventListener("click", ({ currentTarget }) => {
  working(currentTarget, t("js-signing"), () => choose({ forget: true })).catch(sayError);
});

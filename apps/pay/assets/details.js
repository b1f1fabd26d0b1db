// Payment details: signs the form's values. The box checks them and names the invalid field.

import { ApiError } from "../js/api.js";
import { keepForm } from "../js/form/kept.js";
import { sure } from "../js/form/sure.js";
import { agree } from "../js/proof.js";
import { actor } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, fieldError, leave, sayError, say, working } from "../js/ui.js";

const t = await texts("pay");
const inputs = [...document.querySelectorAll("[data-detail]")];

/** Sends what the form says, or nothing at all, which removes it. */
async function save(json) {
  for (const input of inputs) fieldError(input);
  try {
    await agree(await actor(), "pay.details", "POST", "/pay/api/details", json);
  } catch (error) {
    const field = error instanceof ApiError && inputs.find(({ dataset }) => dataset.detail === error.problem.field);
    if (!field) throw error;
    field.closest("details")?.setAttribute("open", "");
    fieldError(field, error.message);
    return false;
  }
  forget();
  return true;
}

const forget = keepForm(byId("details"));
byId("details").addEventListener("submit", (event) => {
  event.preventDefault();
  working(byId("save-details"), t("js-signing"), async () => {
    const json = Object.fromEntries(inputs.map(({ dataset, value }) => [dataset.detail, value.trim()]).filter(([, value]) => value));
    if (json.country) json.country = json.country.toUpperCase();
    if (await save(json)) say("good", t("js-saved"));
  }).catch(sayError);
});
byId("remove-details")?.addEventListener("click", async ({ currentTarget }) => {
  if (!(await sure(t("js-remove-sure"), currentTarget))) return;
  working(currentTarget, t("js-signing"), async () => {
    if (await save({})) await leave();
  }).catch(sayError);
});

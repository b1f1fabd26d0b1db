// Storage: ending one of your uploads, and for the owner of the box how much somebody may have.

import { request } from "../js/api.js";
import { texts } from "../js/texts.js";
import { fieldError, working } from "../js/ui.js";

const t = await texts("media");
const GIGABYTE = 1e9;

for (const button of document.querySelectorAll("[data-upload]")) {
  button.hidden = false;
  button.addEventListener("click", () => working(button, t("js-ending"), async () => {
    await request("DELETE", `/media/api/uploads/${button.dataset.upload}`, { headers: { "tus-resumable": "1.0.0" } });
    location.reload();
  }));
}

for (const form of document.querySelectorAll("form[data-did]")) {
  const button = form.querySelector("button");
  const { limit } = form.elements;
  button.hidden = false;
  form.noValidate = true;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const bytes = limit.value === "" ? null : Math.round(Number(limit.value) * GIGABYTE);
    const isWrong = limit.validity.badInput || bytes < 0 || !Number.isSafeInteger(bytes ?? 0);
    fieldError(limit, isWrong ? t("js-limit-wrong") : null);
    if (isWrong) return;
    working(button, t("js-saving"), async () => {
      await request("PUT", `/media/api/quotas/${encodeURIComponent(form.dataset.did)}`, { json: { bytes } });
      location.reload();
    });
  });
}

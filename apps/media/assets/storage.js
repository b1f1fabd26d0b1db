// Storage: cancels the caller's uploads; for the owner of the box, moves files between disks and sets quotas.

import { get, request } from "../js/api.js";
import { sure } from "../js/form/sure.js";
import { texts } from "../js/texts.js";
import { byId, fieldError, leave, size, working } from "../js/ui.js";

const t = await texts("media");
const GIGABYTE = 1e9;
const LOOK_MS = 2000;

/** Has files go elsewhere, or gives up a disk. */
function place(button, json) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (button.dataset.sure && !(await sure(button.dataset.sure, button))) return;
    working(button, t("js-saving"), async () => {
      await request("POST", "/media/api/place", { json });
      await leave();
    });
  });
}

for (const button of document.querySelectorAll("[data-to]")) place(button, { to: button.dataset.to });
for (const button of document.querySelectorAll("[data-lost]")) place(button, { lost: button.dataset.lost });

/** Shows how far the move is, and loads the page again when it ended. */
async function look() {
  const { move } = await get("/media/api/disks").catch(() => ({ move: {} }));
  if (!move) return leave();
  if (move.bytes !== undefined) {
    byId("moved").max = Math.max(move.bytes, 1);
    byId("moved").value = move.bytesDone;
    byId("moved-files").textContent = t("js-disk-moved", {
      files: move.filesDone, of: move.files, done: size(move.bytesDone), bytes: size(move.bytes),
    });
  }
  setTimeout(look, LOOK_MS);
}

if (byId("moved")) setTimeout(look, LOOK_MS);

for (const button of document.querySelectorAll("[data-upload]")) {
  button.hidden = false;
  button.addEventListener("click", () => working(button, t("js-ending"), async () => {
    await request("DELETE", `/media/api/uploads/${button.dataset.upload}`, { headers: { "tus-resumable": "1.0.0" } });
    await leave();
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
      await leave();
    });
  });
}

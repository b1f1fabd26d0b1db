// Files from this device: a photo loses everything but its picture, any other file is sent as it is.

import { NoAnswer } from "../js/api.js";
import { texts } from "../js/texts.js";
import { byId, el, sayError } from "../js/ui.js";
import { fileMessage } from "./documents.js";
import { isPhoto, photoMessage } from "./photos.js";

const t = await texts("chat");

/** A file of this device as the message that brings it. */
export const attachmentMessage = (me, view, file) => (isPhoto(file) ? photoMessage : fileMessage)(me, view, file);

/** Shows files before they are sent. What shows them is fetched once somebody chooses some. */
async function show(files, act) {
  const { Preview } = await import("./added.js").catch(() => {
    throw new NoAnswer();
  });
  new Preview(files, act);
}

/** A button that takes files from this device; `act(file, text)` sends one. */
export function offerFiles(act) {
  const input = el("input", { id: "files", type: "file", multiple: true, hidden: true, "aria-label": t("js-file-add") });
  const button = el("button", { type: "button", id: "attach", "aria-label": t("js-file-add") }, el("span", { "aria-hidden": "true" }, "+"));
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    const files = [...input.files];
    // The same files can be chosen again.
    input.value = "";
    if (files.length) show(files, act).catch(sayError);
  });
  byId("text").before(input, button);
}

// Files from this device: a photo loses everything but its picture, any other file is sent as it is.

import { texts } from "../js/texts.js";
import { byId, el, working } from "../js/ui.js";
import { fileMessage } from "./documents.js";
import { photoMessage } from "./photos.js";

const t = await texts("chat");

/** Photos whose kind some systems don't know. */
const PHOTO_NAME = /\.(?:hei[cf]|dng)$/i;
const isPhoto = ({ type, name }) => (type ? type.startsWith("image/") && type !== "image/svg+xml" : PHOTO_NAME.test(name));

/** A file of this device as the message that brings it. */
export const attachmentMessage = (me, view, file) => (isPhoto(file) ? photoMessage : fileMessage)(me, view, file);

/** A button that takes a file from this device; `act(file)` sends it. */
export function offerFiles(act) {
  const input = el("input", { id: "files", type: "file", hidden: true, "aria-label": t("js-file-add") });
  const button = el("button", { type: "button", id: "attach", "aria-label": t("js-file-add") }, el("span", { "aria-hidden": "true" }, "+"));
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    const [file] = input.files;
    if (file) working(button, "…", () => act(file)).then(() => (input.value = ""));
  });
  byId("text").before(input, button);
}

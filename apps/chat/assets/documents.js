// Files of any kind in a conversation: sent as they are, and shown with their names and sizes. Videos that are short enough play in their place.

import { texts } from "../js/texts.js";
import { el, saveFile, size } from "../js/ui.js";
import { UNKNOWN_MIME, fileNameOf, mimeOf, nameOf } from "./file-names.js";
import { SHOWN_BYTES_MAX, giveFile, takeFile } from "./files.js";

const t = await texts("chat");

const VIDEO = /^video\/(?:mp4|webm|ogg|quicktime)$/;

/** A file as the message that brings it. */
export async function fileMessage(me, view, file) {
  return { type: "media", media: await giveFile(me, view, file, { name: nameOf(file.name), mime: mimeOf(file.type) }) };
}

/** The element of a file, or null for a message that brings none. */
export function fileElement(one) {
  const name = fileNameOf(one);
  const { media } = one.json;
  if (name === null || typeof media.cid !== "string") return null;
  const bytes = el("span", { class: "hint" }, Number.isSafeInteger(media.size) ? size(media.size) : "");
  // No browser shows a file of an unknown kind as a page.
  const save = button(bytes, async () => saveFile(name, UNKNOWN_MIME, await takeFile(one, media, Infinity)), el("span", { "aria-hidden": "true" }, "⤓"), el("span", { class: "unsaid" }, t("js-file-save")), el("span", { dir: "auto" }, name));
  const canPlay = VIDEO.test(media.mime) && media.size <= SHOWN_BYTES_MAX;
  const play = canPlay ? button(bytes, async () => play.replaceWith(video(await takeFile(one, media))), el("span", { "aria-hidden": "true" }, "▶"), el("span", {}, t("js-voice-play"))) : null;
  return el("div", { class: "file" }, play, save, bytes);
}

/** A button that opens the file; where that fails, the place says so. */
function button(place, act, ...words) {
  const made = el("button", { type: "button" }, ...words);
  made.addEventListener("click", async () => {
    if (made.getAttribute("aria-disabled")) return;
    made.setAttribute("aria-disabled", "true");
    try {
      await act();
    } catch (error) {
      console.info(error.message);
      place.textContent = t("js-file-gone");
    } finally {
      made.removeAttribute("aria-disabled");
    }
  });
  return made;
}

function video(blob) {
  const player = el("video", { src: URL.createObjectURL(blob), controls: true, autoplay: true, playsinline: true });
  // A video that this browser can't play can still be saved.
  player.addEventListener("error", () => player.replaceWith(el("p", { class: "hint" }, t("js-video-unplayable"))));
  return player;
}

// Photos in a conversation: made smaller and rid of what the camera wrote into them before they are sent; loaded when they come into view.

import { texts } from "../js/texts.js";
import { el } from "../js/ui.js";
import { PHOTO_MIME } from "./file-names.js";
import { giveFile, takeFile } from "./files.js";

const t = await texts("chat");

const SIDE_MAX = 2048;
const QUALITY = 0.82;

/** Photos whose kind some systems don't know. */
const PHOTO_NAME = /\.(?:hei[cf]|dng)$/i;

/** Whether a file is sent as a photo. */
export const isPhoto = ({ type, name }) => (type ? type.startsWith("image/") && type !== "image/svg+xml" : PHOTO_NAME.test(name));

/** The picture of a file: of one that this browser can't show, that of the largest JPEG in it. */
export async function pictureOf(file) {
  const picture = await createImageBitmap(file).catch(() => null);
  if (picture) return picture;
  const { inRaw, turned } = await import("../js/raw.js");
  const { orientation, pictures } = await inRaw(file);
  for (const { picture: jpeg, isUpright } of pictures) {
    const found = await createImageBitmap(jpeg).catch(() => null);
    if (found) return isUpright ? found : turned(found, orientation);
  }
  throw new Error(t("js-photo-unreadable"));
}

/** A photo as it is sent: a JPEG without anything but its picture. */
async function smaller(file) {
  const picture = await pictureOf(file);
  const scale = Math.min(1, SIDE_MAX / Math.max(picture.width, picture.height));
  const [width, height] = [Math.round(picture.width * scale), Math.round(picture.height * scale)];
  const canvas = el("canvas", { width, height });
  canvas.getContext("2d").drawImage(picture, 0, 0, width, height);
  picture.close?.();
  return { blob: await new Promise((done) => canvas.toBlob(done, PHOTO_MIME, QUALITY)), width, height };
}

/** A photo as the message that brings it. */
export async function photoMessage(me, view, file) {
  const { blob, width, height } = await smaller(file);
  return { type: "media", media: await giveFile(me, view, blob, { name: "photo.jpg", mime: PHOTO_MIME, width, height }) };
}

/** The element of a photo, or null for a message that brings none. */
export function photoElement(one) {
  const media = one.json?.media;
  if (one.kind !== "media" || typeof media?.cid !== "string" || media.mime !== PHOTO_MIME) return null;
  const figure = el("div", { class: "photo", role: "img", "aria-label": t("js-photo") });
  figure.style.aspectRatio = `${Number(media.width) || 4} / ${Number(media.height) || 3}`;
  new IntersectionObserver((seen, looking) => {
    if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
    looking.disconnect();
    load(figure, one);
  }, { rootMargin: "400px" }).observe(figure);
  return figure;
}

async function load(figure, one) {
  let shown = null;
  try {
    shown = el("img", { src: URL.createObjectURL(await takeFile(one, one.json.media)), alt: t("js-photo"), "data-name": one.json.media.name ?? null });
  } catch (error) {
    console.info(error.message);
    shown = el("p", { class: "hint" }, t("js-file-gone"));
  }
  figure.removeAttribute("role");
  figure.removeAttribute("aria-label");
  figure.replaceChildren(shown);
}

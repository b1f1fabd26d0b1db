// Pictures of what the box can't decode itself: a frame of a video, kinds of pictures that only browsers know, and what a camera put into its
// raw ones.

import { inRaw, turned } from "../js/raw.js";

/** The longer side of what is made. */
const SIDE = 1600;
const QUALITY = 0.85;
const WAIT_MS = 15_000;
/** What the box decodes. */
const DECODED = ["image/jpeg", "image/png", "image/webp", "image/gif"];
/** What a camera keeps of its own, which may have a JPEG in it. */
const RAW = ["image/tiff", "image/x-dcraw"];

async function jpeg(source, width, height, orientation = 1) {
  const scale = Math.min(1, SIDE / Math.max(width, height));
  const [across, down] = [width, height].map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = turned(source, orientation, across, down);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}

async function ofPicture(file) {
  const picture = await createImageBitmap(file);
  const { width, height } = picture;
  return { width, height, blob: await jpeg(picture, width, height) };
}

/** Of a TIFF or a camera's raw picture: the browser's own reading where it has one, else the largest JPEG in it. */
async function ofRaw(file) {
  const { orientation, pictures } = await inRaw(file);
  for (const { picture, isUpright } of [{ picture: file, isUpright: true }, ...pictures]) {
    const bitmap = await createImageBitmap(picture).catch(() => null);
    if (!bitmap) continue;
    const turned = isUpright ? 1 : orientation;
    const [width, height] = turned >= 5 ? [bitmap.height, bitmap.width] : [bitmap.width, bitmap.height];
    return { width, height, blob: await jpeg(bitmap, bitmap.width, bitmap.height, turned) };
  }
  return {};
}

async function ofVideo(source) {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.preload = "auto";
  const heard = (name) => new Promise((resolve, reject) => {
    video.addEventListener(name, resolve, { once: true });
    video.addEventListener("error", () => reject(video.error), { once: true });
    setTimeout(() => reject(new Error(name)), WAIT_MS);
  });
  video.src = typeof source === "string" ? source : URL.createObjectURL(source);
  try {
    await heard("loadeddata");
    const ms = Number.isFinite(video.duration) ? Math.round(video.duration * 1000) : null;
    const moved = heard("seeked");
    video.currentTime = Math.min(1, (ms ?? 0) / 3000);
    await moved;
    const { videoWidth: width, videoHeight: height } = video;
    return { width, height, ms, blob: width ? await jpeg(video, width, height) : null };
  } finally {
    if (typeof source !== "string") URL.revokeObjectURL(video.src);
    video.removeAttribute("src");
  }
}

/** What this browser knows of a file of a kind: `{width, height, ms, blob}`, as far as it can. A film may be an address. */
export async function look(file, kind) {
  try {
    if (kind.startsWith("video/")) return await ofVideo(file);
    if (RAW.includes(kind)) return await ofRaw(file);
    if (kind.startsWith("image/") && !DECODED.includes(kind)) return await ofPicture(file);
  } catch (error) {
    console.info(error);
  }
  return {};
}

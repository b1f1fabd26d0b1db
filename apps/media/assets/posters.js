// Pictures of what the box can't decode itself: a frame of a video, and kinds of pictures that only browsers know.

/** The longer side of what is made. */
const SIDE = 1600;
const QUALITY = 0.85;
const WAIT_MS = 15_000;
/** What the box decodes. */
const DECODED = ["image/jpeg", "image/png", "image/webp", "image/gif"];

async function jpeg(source, width, height) {
  const scale = Math.min(1, SIDE / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  canvas.getContext("2d").drawImage(source, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}

async function ofPicture(file) {
  const picture = await createImageBitmap(file);
  const { width, height } = picture;
  return { width, height, blob: await jpeg(picture, width, height) };
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
    if (kind.startsWith("image/") && !DECODED.includes(kind)) return await ofPicture(file);
  } catch (error) {
    console.info(error);
  }
  return {};
}

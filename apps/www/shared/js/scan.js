// Getting a text into the page: camera, a file (text, or a picture of the code), typing, pasting. Codes are read by the
// browser where it can, by our own decoder (qr/) elsewhere. Knows nothing of what the text means.

import { texts } from "./texts.js";
import { el } from "./ui.js";

const t = await texts("shared");

// Pixels on the longer side of what is looked at: enough for a code that fills a third of the picture.
const FRAME_MAX = 1280;
// A picture from a file is looked at small first, then larger: a code may be a small part of it.
const PICTURE_SIZES = [1280, 2560];
const PAUSE_MS = 100;
// A worker that says nothing for so long is none.
const WORKER_PATIENCE_MS = 4_000;

let ready = null;

/** What reads codes in this browser: a function from a picture to `{ text }` or `{ refused }` for each code. */
function reader() {
  ready ??= native().then((found) => found ?? own());
  ready.catch(() => (ready = null));
  return ready;
}

async function native() {
  try {
    const formats = await globalThis.BarcodeDetector?.getSupportedFormats();
    if (!formats?.includes("qr_code")) return null;
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (source) => (await detector.detect(source)).map(({ rawValue }) => ({ text: rawValue }));
  } catch {
    return null;
  }
}

/** Our own decoder: in a worker, or in the page where there is none (offline, a worker's script does not come from the page's cache). */
async function own() {
  const read = await inWorker().catch(async () => {
    const { readPixels } = await import("./qr/read.js");
    return async ({ data, width, height }) => readPixels(data, width, height);
  });
  const canvas = el("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return async (source, longest = FRAME_MAX) => {
    const [width, height] = [source.videoWidth ?? source.width, source.videoHeight ?? source.height];
    if (!width || !height) return [];
    const scale = Math.min(1, longest / Math.max(width, height));
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    context.drawImage(source, 0, 0, canvas.width, canvas.height);
    return read(context.getImageData(0, 0, canvas.width, canvas.height));
  };
}

/** A function from pixels to codes that works in the background. */
function inWorker() {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./qr/worker.js", import.meta.url), { type: "module" });
    const asked = new Map();
    let last = 0;
    const read = ({ data, width, height }) =>
      new Promise((found) => {
        asked.set((last += 1), found);
        worker.postMessage({ id: last, pixels: data.buffer, width, height }, [data.buffer]);
      });
    worker.addEventListener("message", ({ data }) => {
      if (data === "ready") {
        works = true;
        return resolve(read);
      }
      asked.get(data.id)?.(data.codes);
      asked.delete(data.id);
    });
    let works = false;
    const fail = () => {
      if (!works) worker.terminate();
      for (const found of asked.values()) found([]);
      asked.clear();
      reject(new Error("no worker"));
    };
    worker.addEventListener("error", fail);
    setTimeout(() => works || fail(), WORKER_PATIENCE_MS);
  });
}

/** Loads what reads codes, for a page that has to scan without a network later. */
export const prepareScanning = () => reader().then(() => {}, () => {});

/** Makes a button scan with the camera, or leaves it hidden where there can be none (it needs a secure address). A page may lack the button. */
export async function offerCamera(button, accept, onText) {
  if (!button || !navigator.mediaDevices?.getUserMedia) return;
  button.hidden = false;
  let stop = null;
  button.addEventListener("click", async () => {
    if (stop) return stop();
    stop = () => {};
    stop = await watch(button, accept, (text) => {
      stop?.();
      onText(text);
    }, () => (stop = null));
  });
}

async function watch(button, accept, found, ended) {
  const label = button.textContent;
  const failed = (words) => {
    button.after(el("p", { class: "notice bad", role: "alert" }, words));
    ended();
    return null;
  };
  const loading = reader();
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } } });
  } catch {
    return failed(t("js-scan-off"));
  }
  const off = () => stream.getTracks().forEach((track) => track.stop());
  let read;
  try {
    read = await loading;
  } catch {
    off();
    return failed(t("js-scan-not-loaded"));
  }
  const video = el("video", { class: "scan", playsinline: true, muted: true });
  video.srcObject = stream;
  button.after(video);
  try {
    await video.play();
  } catch {
    off();
    video.remove();
    return failed(t("js-scan-off"));
  }
  // Only from here on can the button stop it.
  button.textContent = t("js-scan-stop");
  let on = true;
  const look = async () => {
    const codes = await read(video).catch(() => []);
    if (!on) return;
    const text = codes.map((code) => code.text).find((one) => one && accept(one));
    if (text) found(text);
    // One picture at a time, with time for the page in between.
    else setTimeout(look, PAUSE_MS);
  };
  setTimeout(look);
  return () => {
    on = false;
    off();
    video.remove();
    button.textContent = label;
    ended();
  };
}

/** The text in a file that someone chose: a saved text, or a picture with a code in it. */
export async function textOfFile(file) {
  if (!file.type.startsWith("image/")) {
    if (file.size > 100_000) throw new Error(t("js-scan-large"));
    return file.text();
  }
  const read = await reader();
  const picture = await createImageBitmap(file).catch(() => {
    throw new Error(t("js-scan-picture"));
  });
  for (const longest of PICTURE_SIZES) {
    const [code] = await read(picture, longest);
    if (code?.refused) throw new Error(t("js-scan-refused", { what: code.refused }));
    if (code) return code.text;
  }
  throw new Error(t("js-scan-none"));
}

// Getting a text into the page: camera (where the browser reads QR codes), a file (text, or a picture
// of the code), typing, pasting. Knows nothing of what the text means.

import { el } from "./ui.js";

async function detector() {
  if (!("BarcodeDetector" in globalThis)) return null;
  const formats = await BarcodeDetector.getSupportedFormats();
  return formats.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
}

/** Makes a button scan with the camera, or leaves it hidden where that cannot be. */
export async function offerCamera(button, accept, onText) {
  const reader = await detector();
  if (!reader || !navigator.mediaDevices?.getUserMedia) return;
  button.hidden = false;
  let stop = null;
  button.addEventListener("click", async () => {
    if (stop) return stop();
    stop = await watch(button, reader, accept, (text) => {
      stop?.();
      onText(text);
    }, () => (stop = null));
  });
}

async function watch(button, reader, accept, found, ended) {
  const label = button.textContent;
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    button.after(el("p", { class: "notice bad", role: "alert" }, "The camera stayed off. Allow it for this page, or type the text instead."));
    ended();
    return null;
  }
  const video = el("video", { class: "scan", playsinline: true, muted: true });
  video.srcObject = stream;
  button.after(video);
  button.textContent = "Stop the camera";
  await video.play();
  const timer = setInterval(async () => {
    const codes = await reader.detect(video).catch(() => []);
    const text = codes.map((code) => code.rawValue).find(accept);
    if (text) found(text);
  }, 250);
  return () => {
    clearInterval(timer);
    stream.getTracks().forEach((track) => track.stop());
    video.remove();
    button.textContent = label;
    ended();
  };
}

/** The text in a file that someone chose: a saved text, or a picture with a code in it. */
export async function textOfFile(file) {
  if (!file.type.startsWith("image/")) {
    if (file.size > 100_000) throw new Error("This file is too large to be a recovery sheet. Choose the one that was saved under “imajin-recovery…”.");
    return file.text();
  }
  const reader = await detector();
  if (!reader) throw new Error("This browser cannot read codes in pictures. Choose the saved text file, or type the letters.");
  const codes = await reader.detect(await createImageBitmap(file));
  if (codes.length === 0) throw new Error("There is no readable code in this picture. Take it from closer, straight and in good light.");
  return codes[0].rawValue;
}

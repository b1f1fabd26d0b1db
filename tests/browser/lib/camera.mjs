// The picture of the browser's fake camera: something that a page shows, on a grey table, slightly turned. Chromium takes it as a film (YUV4MPEG2,
// without colour); the picture of Firefox's fake camera is fixed, so a canvas in the page replaces the camera.

import { writeFile } from "node:fs/promises";

const [WIDTH, HEIGHT, FRAMES] = [640, 480, 3];

/** Returns a part of a page (a locator) as the camera sees it: a byte for each pixel, in base64. `page` is any page that can draw. */
export async function scene(page, shown) {
  const png = await shown.screenshot();
  return page.evaluate(async ([data, width, height]) => {
    const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
    const context = new OffscreenCanvas(width, height).getContext("2d");
    context.fillStyle = "#777";
    context.fillRect(0, 0, width, height);
    context.translate(width / 2, height / 2);
    context.rotate(0.1);
    const scale = (height * 0.8) / Math.max(bitmap.width, bitmap.height);
    context.scale(scale, scale);
    context.drawImage(bitmap, -bitmap.width / 2, -bitmap.height / 2);
    const { data: pixels } = context.getImageData(0, 0, width, height);
    let grey = "";
    for (let i = 0; i < pixels.length; i += 4) grey += String.fromCharCode(pixels[i + 1]);
    return btoa(grey);
  }, [png.toString("base64"), WIDTH, HEIGHT]);
}

/** Writes a film of a scene to a file. */
export async function film(file, base64) {
  const frame = [Buffer.from("FRAME\n"), Buffer.from(base64, "base64"), Buffer.alloc((WIDTH * HEIGHT) / 2, 128)];
  const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`);
  await writeFile(file, Buffer.concat([head, ...Array(FRAMES).fill(frame).flat()]));
}

/** Runs in a page before its own scripts: replaces the camera by a canvas with the scene, if `allowed`. */
export function lens(allowed) {
  const devices = globalThis.navigator?.mediaDevices;
  if (!devices) return;
  const microphone = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (wanted) => {
    if (!wanted.video) return microphone(wanted);
    if (!allowed) throw new DOMException("refused", "NotAllowedError");
    const grey = atob((await globalThis.heldBeforeTheCamera()) ?? "");
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [640, 480];
    const context = canvas.getContext("2d");
    const picture = context.createImageData(640, 480);
    for (let i = 0; i < grey.length; i += 1) picture.data.set([grey.charCodeAt(i), grey.charCodeAt(i), grey.charCodeAt(i), 255], i * 4);
    // Each drawing is a frame.
    const draws = setInterval(() => context.putImageData(picture, 0, 0), 100);
    const stream = canvas.captureStream();
    const [track] = stream.getTracks();
    const stop = track.stop.bind(track);
    track.stop = () => (clearInterval(draws), stop());
    return stream;
  };
}

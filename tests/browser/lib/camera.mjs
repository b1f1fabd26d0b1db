// What the browser's fake camera sees: a film (YUV4MPEG2, without colour) of something that a page shows.

import { writeFile } from "node:fs/promises";

const [WIDTH, HEIGHT, FRAMES] = [640, 480, 3];

/** Writes a film of a part of a page (a locator) to a file: on a grey table, a little turned. `page` is any page that can draw. */
export async function film(file, page, shown) {
  const png = await shown.screenshot();
  const base64 = await page.evaluate(async ([data, width, height]) => {
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
  const frame = [Buffer.from("FRAME\n"), Buffer.from(base64, "base64"), Buffer.alloc((WIDTH * HEIGHT) / 2, 128)];
  const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`);
  await writeFile(file, Buffer.concat([head, ...Array(FRAMES).fill(frame).flat()]));
}

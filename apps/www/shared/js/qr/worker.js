// Reads QR codes in a worker, so that the page stays quick meanwhile. Asked with { id, pixels, width, height }, it answers
// { id, codes }.

import { readPixels } from "./read.js";

self.addEventListener("message", ({ data: { id, pixels, width, height } }) => {
  self.postMessage({ id, codes: readPixels(new Uint8ClampedArray(pixels), width, height) });
});
self.postMessage("ready");

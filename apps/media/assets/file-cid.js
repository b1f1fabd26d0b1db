// The CID of a file's bytes, as the box names it.

import { concat } from "../js/base.js";
import { cidText, sha256 } from "../js/cid.js";
import { texts } from "../js/texts.js";

/** WebCrypto takes a file whole: longer ones are hashed by a worker, piece by piece. */
const WHOLE_MAX = 64 * 1024 * 1024;

export async function cidOf(file) {
  const digest = file.size > WHOLE_MAX ? await inWorker(file) : await sha256(await file.arrayBuffer());
  return cidText(concat(Uint8Array.of(1, 0x55, 0x12, 0x20), digest));
}

function inWorker(file) {
  const worker = new Worker(new URL("./hash-worker.js", import.meta.url), { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    // Fetched here alone: other apps name files, too.
    worker.onerror = () => texts("media").then((t) => reject(new Error(t("js-unreadable"))), reject);
    worker.postMessage(file);
  }).finally(() => worker.terminate());
}

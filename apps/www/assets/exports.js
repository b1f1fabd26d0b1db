// Copies that the box makes in the background: followed from wherever one comes back, and signed with this browser's key
// when their two lists are there.

import { NoAnswer, get, nodeNow, post } from "../js/api.js";
import { toHex, utf8 } from "../js/base.js";
import { NoKey, signBytes } from "../js/key.js";
import { ownList } from "../js/node.js";
import { actor } from "../js/session.js";
import { texts } from "../js/texts.js";
import { size } from "../js/ui.js";

const t = await texts("www");

const POLL_MS = 400;

/** Begins a copy of the person's own data. `wish` may have `encrypt` and `stick`. */
export async function beginExport(wish) {
  const me = await actor();
  const key = me.sign ? { kid: `${me.did}#${me.keyId}` } : {};
  const job = await post("/auth/api/exports", { did: me.did, ...key, ...wish });
  return { id: job.id, did: me.did };
}

/** What the box answers, or null where there was no answer: the copy is made all the same. */
function answered(asked) {
  return asked.catch((error) => {
    if (!(error instanceof NoAnswer)) throw error;
    return null;
  });
}

/** Follows a copy to its end, also through lost answers. `draw` hears the job and how far it is in words. */
export async function followExport(id, draw) {
  const began = nodeNow();
  for (;;) {
    const job = await answered(get(`/auth/api/exports/${encodeURIComponent(id)}`));
    if (job) draw(job, howFar(job, began));
    if (job?.state === "failed") throw new Error(job.error ?? t("js-copy-failed"));
    if (job?.state === "ready") return job;
    if (job?.state === "to_sign") {
      draw(job, t("js-copy-signing"));
      await answered(sign(id));
    }
    await new Promise((wake) => setTimeout(wake, POLL_MS));
  }
}

/** How far, on a bar. */
export function drawBar(bar, job) {
  if (job.bytesTotal > 0) {
    bar.max = job.bytesTotal;
    bar.value = Math.min(job.bytes, job.bytesTotal);
  } else bar.removeAttribute("value");
}

function howFar(job, began) {
  const known = job.bytesTotal > 0;
  const seconds = (nodeNow() - began) / 1000;
  const left = job.bytes > 0 && known ? Math.ceil((seconds * (job.bytesTotal - job.bytes)) / job.bytes) : 0;
  const parts = [];
  if (job.filesTotal > 0) parts.push(t("js-copy-files", { done: job.files, count: job.filesTotal }));
  if (known) parts.push(t("js-copy-bytes", { done: size(job.bytes), all: size(job.bytesTotal) }));
  if (left > 1 && seconds > 1) parts.push(t("js-copy-left", { count: left }));
  return parts.join(", ") || t("js-copy-reading");
}

async function sign(id) {
  const me = await actor();
  if (!me.sign) return signByBox(id);
  const kid = `${me.did}#${me.keyId}`;
  const path = `/auth/api/exports/${encodeURIComponent(id)}`;
  // The export may have been begun on another device: the texts name the key that signs.
  const { toSign } = await get(`${path}?kid=${encodeURIComponent(kid)}`);
  if (!toSign) return;
  const signature = async (text) => toHex(await signBytes(me.sign, utf8(ownList(text, me.did, kid))));
  await post(`${path}/sign`, { kid, bundleSignature: await signature(toSign.bundle), manifestSignature: await signature(toSign.manifest) });
}

/** The box signs the copy of somebody whose key it keeps. Anybody else's copy wants their own signature, from a browser that has the key. */
async function signByBox(id) {
  const { ownKey } = await get("/auth/api/session");
  if (ownKey) throw new NoKey();
  await post(`/auth/api/exports/${encodeURIComponent(id)}/sign`, { sign: "node" });
}

// Taking a copy away: the box writes it, the owner signs its two lists, the browser saves it. The
// box goes on when the page is closed; coming back picks it up again.

import { ApiError, get, nodeNow, post } from "../api.js";
import { toHex, utf8 } from "../base.js";
import { signBytes } from "../key.js";
import { signedInDid, signer } from "../session.js";
import { drafts } from "../store.js";
import { byId, fieldError, sayError, size, working } from "../ui.js";

const POLL_MS = 400;
const PASSPHRASE_MIN = 8;

async function begin(event) {
  event.preventDefault();
  const passphrase = byId("lock").checked ? byId("passphrase").value : "";
  if (byId("lock").checked && passphrase.length < PASSPHRASE_MIN) {
    return fieldError(byId("passphrase"), `Take at least ${PASSPHRASE_MIN} letters: whoever finds the file can try as often as they like.`);
  }
  fieldError(byId("passphrase"));
  await working(byId("make-copy"), "Beginning…", async () => {
    const me = await signer();
    const wish = { did: me.did, kid: `${me.did}#${me.keyId}` };
    if (passphrase) wish.encrypt = { passphrase };
    const job = await post("/auth/api/exports", wish);
    byId("passphrase").value = "";
    await drafts.put({ name: "export", id: job.id, did: me.did });
    await follow(job.id);
  });
}

async function follow(id) {
  show("working");
  const began = nodeNow();
  try {
    for (;;) {
      const job = await get(`/auth/api/exports/${encodeURIComponent(id)}`);
      draw(job, began);
      if (job.state === "failed") throw new Error(job.error ?? "The copy could not be written. Try again.");
      if (job.state === "ready") return finish(job);
      if (job.state === "to_sign") await sign(id);
      await new Promise((wake) => setTimeout(wake, POLL_MS));
    }
  } catch (error) {
    show("begin");
    throw error;
  }
}

function show(part) {
  for (const name of ["begin", "working", "finished"]) byId(name).hidden = name !== part;
}

function draw(job, began) {
  const bar = byId("progress");
  const known = job.bytesTotal > 0;
  if (known) bar.max = job.bytesTotal;
  if (known) bar.value = Math.min(job.bytes, job.bytesTotal);
  else bar.removeAttribute("value");
  const seconds = (nodeNow() - began) / 1000;
  const left = job.bytes > 0 && known ? Math.ceil((seconds * (job.bytesTotal - job.bytes)) / job.bytes) : 0;
  const parts = [];
  if (job.filesTotal > 0) parts.push(`${job.files} of ${job.filesTotal} files`);
  if (known) parts.push(`${size(job.bytes)} of ${size(job.bytesTotal)}`);
  if (left > 1 && seconds > 1) parts.push(`about ${left} seconds left`);
  byId("how-far").textContent = parts.join(", ") || "Reading your record…";
}

async function sign(id) {
  byId("how-far").textContent = "Signing with your key…";
  const me = await signer();
  const kid = `${me.did}#${me.keyId}`;
  const path = `/auth/api/exports/${encodeURIComponent(id)}`;
  // Perhaps begun on another device: the texts name the key that signs.
  const { toSign } = await get(`${path}?kid=${encodeURIComponent(kid)}`);
  if (!toSign) return;
  const signature = async (text) => toHex(await signBytes(me.sign, utf8(text)));
  await post(`${path}/sign`, { kid, bundleSignature: await signature(toSign.bundle), manifestSignature: await signature(toSign.manifest) });
}

function finish(job) {
  show("finished");
  const link = byId("download");
  link.href = job.href;
  link.download = job.name;
  link.textContent = job.bytes > 0 ? `Save the copy (${size(job.bytes)})` : "Save the copy";
  byId("open-file").hidden = job.name.endsWith(".age");
  byId("locked-file").hidden = !job.name.endsWith(".age");
  link.focus();
}

async function start() {
  byId("begin").addEventListener("submit", begin);
  byId("lock").addEventListener("change", () => (byId("lock-field").hidden = !byId("lock").checked));
  byId("another").addEventListener("click", async () => {
    await drafts.remove("export");
    show("begin");
    byId("make-copy").focus();
  });
  const draft = await drafts.get("export");
  if (!draft || draft.did !== signedInDid()) return;
  try {
    await follow(draft.id);
  } catch (error) {
    // A copy is kept for a while only: then one begins anew.
    await drafts.remove("export");
    if (!(error instanceof ApiError && [404, 410].includes(error.status))) sayError(error);
  }
}

start().catch(sayError);

// Taking a copy away: the box writes it, the owner signs its two lists, the browser saves it. The
// box goes on when the page is closed; coming back picks it up again.

import { ApiError, get, nodeNow, post } from "../api.js";
import { toHex, utf8 } from "../base.js";
import { signBytes } from "../key.js";
import { signedInDid, signer } from "../session.js";
import { drafts } from "../store.js";
import { byId, sayError, size, working } from "../ui.js";

const POLL_MS = 400;

async function begin() {
  await working(byId("make-copy"), "Beginning…", async () => {
    const job = await post("/auth/api/exports", { did: signedInDid() });
    await drafts.put({ name: "export", id: job.id, did: signedInDid() });
    await follow(job.id);
  });
}

async function follow(id) {
  byId("begin").hidden = true;
  byId("working").hidden = false;
  const began = nodeNow();
  for (;;) {
    const job = await get(`/auth/api/exports/${encodeURIComponent(id)}`);
    draw(job, began);
    if (job.state === "failed") throw new Error(job.error ?? "The copy could not be written. Try again.");
    if (job.state === "unsigned" || (job.toSign && job.state !== "ready")) {
      await signJob(id, job.toSign);
    } else if (job.state === "ready") {
      return finish(id, job);
    }
    await new Promise((wake) => setTimeout(wake, POLL_MS));
  }
}

function draw(job, began) {
  const { files = 0, filesTotal = 0, bytes = 0, bytesTotal = 0 } = job.progress ?? {};
  const bar = byId("progress");
  if (bytesTotal > 0) {
    bar.max = bytesTotal;
    bar.value = bytes;
  } else {
    bar.removeAttribute("value");
  }
  const seconds = (nodeNow() - began) / 1000;
  const left = bytes > 0 && bytesTotal > bytes ? Math.ceil((seconds * (bytesTotal - bytes)) / bytes) : 0;
  const parts = [];
  if (filesTotal > 0) parts.push(`${files} of ${filesTotal} files`);
  if (bytesTotal > 0) parts.push(`${size(bytes)} of ${size(bytesTotal)}`);
  if (left > 1) parts.push(`about ${left} seconds left`);
  byId("how-far").textContent = parts.join(", ") || "Reading your record…";
}

async function signJob(id, toSign) {
  byId("how-far").textContent = "Signing with your key…";
  const me = await signer();
  const signed = {};
  for (const [name, text] of Object.entries(toSign)) {
    signed[name] = toHex(await signBytes(me.sign, utf8(text)));
  }
  await post(`/auth/api/exports/${encodeURIComponent(id)}/sign`, { kid: `${me.did}#${me.keyId}`, ...signed });
}

function finish(id, job) {
  byId("working").hidden = true;
  byId("finished").hidden = false;
  const link = byId("download");
  link.href = `/auth/api/exports/${encodeURIComponent(id)}/bundle.tar`;
  const bytes = job.size ?? job.progress?.bytesTotal;
  link.textContent = bytes ? `Save the copy (${size(bytes)})` : "Save the copy";
  link.focus();
}

async function start() {
  byId("make-copy").addEventListener("click", begin);
  byId("another").addEventListener("click", async () => {
    await drafts.remove("export");
    byId("finished").hidden = true;
    byId("begin").hidden = false;
    byId("make-copy").focus();
  });
  const draft = await drafts.get("export");
  if (!draft || draft.did !== signedInDid()) return;
  try {
    await follow(draft.id);
  } catch (error) {
    byId("working").hidden = true;
    byId("begin").hidden = false;
    if (!(error instanceof ApiError) || ![404, 410].includes(error.status)) sayError(error);
    else await drafts.remove("export");
  }
}

start().catch(sayError);

// Taking a copy away: the box writes it, the owner signs its two lists, the browser saves it. The
// box continues when the page is closed; coming back picks it up again.

import { ApiError } from "../js/api.js";
import { beginExport, drawBar, followExport } from "./exports.js";
import { signedInDid } from "../js/session.js";
import { drafts } from "../js/store.js";
import { texts } from "../js/texts.js";
import { PASSPHRASE_MIN, byId, fieldError, sayError, size, tooShort, working } from "../js/ui.js";

const t = await texts("www");

async function begin(event) {
  event.preventDefault();
  const passphrase = byId("lock").checked ? byId("passphrase").value : "";
  if (byId("lock").checked && passphrase.length < PASSPHRASE_MIN) return fieldError(byId("passphrase"), tooShort);
  fieldError(byId("passphrase"));
  await working(byId("make-copy"), t("js-copy-beginning"), async () => {
    const job = await beginExport(passphrase ? { encrypt: { passphrase } } : {});
    byId("passphrase").value = "";
    await drafts.put({ name: "export", ...job });
    await follow(job.id);
    // Saved at once; the button stays for browsers that want a press for that.
    if (!byId("finished").hidden) byId("download").click();
  });
}

async function follow(id) {
  show("working");
  try {
    const job = await followExport(id, (job, words) => {
      drawBar(byId("progress"), job);
      byId("how-far").textContent = words;
    });
    finish(job);
  } catch (error) {
    show("begin");
    throw error;
  }
}

function show(part) {
  for (const name of ["begin", "working", "finished"]) byId(name).hidden = name !== part;
}

function finish(job) {
  show("finished");
  const link = byId("download");
  link.href = job.href;
  link.download = job.name;
  link.textContent = job.bytes > 0 ? t("js-copy-save-size", { size: size(job.bytes) }) : t("js-copy-save");
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
    // A copy is kept for a while only: then one starts over.
    await drafts.remove("export");
    if (!(error instanceof ApiError && [404, 410].includes(error.status))) sayError(error);
  }
}

start().catch(sayError);

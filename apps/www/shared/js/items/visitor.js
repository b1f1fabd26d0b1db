// Actions of an item's visitors: following it, and copying it with its content and files. Each is an operation that the visitor
// signs.

import { ask } from "../api.js";
import { toHex, utf8 } from "../base.js";
import { submit } from "../proof.js";
import { actor, signedInDid } from "../session.js";
import { texts } from "../texts.js";
import { byId, el, say, sayError, working } from "../ui.js";
import { filePath, upload } from "./files.js";
import { allOf, enterAll, oneOf } from "./store.js";

const t = await texts("items");

/**
 * Makes the buttons work that `Scene::visitor` draws. The service says which members of an item are the `body` and the `facts` of its copy,
 * `more(item)` other facts, `whole(item)` an item with what lists leave out, and `says` what happened: `followed`, `unfollowed`,
 * `copied(count)`, the number of items in the copy.
 */
export function visitor({ body, facts, more = () => ({}), whole = (item) => item, says }) {
  const place = byId("visitor");
  const { service, owner, item } = place.dataset;

  function draw() {
    const follows = Boolean(place.dataset.follows);
    byId("follow").textContent = t(follows ? "js-unfollow" : "js-follow");
    byId("follow").classList.toggle("main", !follows);
  }

  async function follow() {
    const follows = Boolean(place.dataset.follows);
    await working(byId("follow"), t("js-signing"), async () => {
      const op = `${service}.${follows ? "unfollow" : "follow"}`;
      await submit(await actor(), { service, op, ref: item, fact: { dids: [owner] } });
      place.dataset.follows = follows ? "" : "yes";
      say("good", follows ? says.unfollowed : says.followed);
    });
    draw();
  }

  /** The id of the copy of an item: always the same, so that a copy that was interrupted continues where it ended. */
  async function copyId(id) {
    const hash = await crypto.subtle.digest("SHA-256", utf8(`${signedInDid()} ${owner}/${id}`));
    return `itm_${toHex(new Uint8Array(hash).slice(0, 12))}`;
  }

  const some = (of, names) => Object.fromEntries(names.filter((name) => of[name]).map((name) => [name, of[name]]));

  /** The copies of an item and of all that is in it, each after the one that it is in. Those with files are added to `attached`. */
  async function copiesOf(listed, all, attached, parent = null) {
    const from = await whole(listed);
    const ref = await copyId(from.id);
    if (from.files) attached.push({ from: from.id, ref, files: from.files });
    const fact = { kind: from.kind, copied: `${owner}/${from.id}`, ...(parent ? { in: parent } : {}), ...some(from, facts), ...more(from) };
    const inner = await Promise.all(all.filter((one) => one.in === from.id).map((one) => copiesOf(one, all, attached, ref)));
    return [{ ref, body: some(from, body), fact }, ...inner.flat()];
  }

  /** Gives a copy the files of the original, as this person gets them: they become files of their own. */
  async function copyFiles(me, { from, ref, files }) {
    const own = new Map();
    for (const { cid, alt } of files) {
      const response = await ask(filePath(service, owner, from, cid));
      if (!response.ok) continue;
      const file = new File([await response.blob()], alt || "file");
      own.set((await upload(file, `copy ${cid}`)).cid, alt);
    }
    if (own.size) await submit(me, { service, op: `${service}.attach`, ref, body: { alts: [...own.values()] }, fact: { media: [...own.keys()] } });
  }

  async function copy() {
    await working(byId("copy"), t("js-copying"), async () => {
      const me = await actor();
      const [from, all, own] = await Promise.all([oneOf(service, owner, item), allOf(service, owner, item), allOf(service, me.did)]);
      const attached = [];
      const puts = await copiesOf(from, all, attached);
      const bar = el("progress", { max: puts.length, value: 0, "aria-label": t("js-copying") });
      byId("copying").replaceChildren(bar);
      await enterAll(service, me, puts, new Set(own.map(({ id }) => id)), (done) => (bar.value = done));
      const complete = new Set(own.filter(({ files }) => files).map(({ id }) => id));
      for (const one of attached) if (!complete.has(one.ref)) await copyFiles(me, one);
      byId("copying").replaceChildren();
      const href = `/${service}/${me.did}/${puts[0].ref}`;
      say("good", el("p", {}, `${says.copied(puts.length - 1)} `, el("a", { href }, t("js-copy-show"))));
    });
  }

  draw();
  byId("follow").addEventListener("click", () => follow().catch(sayError));
  byId("copy")?.addEventListener("click", () => copy().catch(sayError));
  place.hidden = false;
}

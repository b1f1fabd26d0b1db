// What visitors of a collection can do: follow it, and copy it to their own page. Each is a signed operation of theirs.

import { get } from "../js/api.js";
import { toHex, utf8 } from "../js/base.js";
import { submit } from "../js/proof.js";
import { actor, signedInDid } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, el, say, sayError, working } from "../js/ui.js";
import { allOf, enterAll } from "./items.js";

const t = await texts("links");
const place = byId("visitor");
const { owner, item } = place.dataset;

function draw() {
  const follows = Boolean(place.dataset.follows);
  byId("follow").textContent = t(follows ? "js-unfollow" : "js-follow");
  byId("follow").classList.toggle("main", !follows);
}

async function follow() {
  const follows = Boolean(place.dataset.follows);
  await working(byId("follow"), t("js-signing"), async () => {
    const op = follows ? "links.unfollow" : "links.follow";
    await submit(await actor(), { service: "links", op, ref: item, fact: { dids: [owner] } });
    place.dataset.follows = follows ? "" : "yes";
    say("good", t(follows ? "js-unfollowed" : "js-followed"));
  });
  draw();
}

/** The id of the copy of an item: always the same, so that a copy that was interrupted continues where it ended. */
async function copyId(id) {
  const hash = await crypto.subtle.digest("SHA-256", utf8(`${signedInDid()} ${owner}/${id}`));
  return `itm_${toHex(new Uint8Array(hash).slice(0, 12))}`;
}

async function copyOf(from, parent) {
  const { title, url, note, accent, kind, id } = from;
  const body = { title, ...(url ? { url } : {}), ...(note ? { note } : {}) };
  const fact = { copied: `${owner}/${id}`, ...(parent ? { in: parent } : { kind }), ...(accent ? { accent } : {}) };
  return { ref: await copyId(id), body, fact };
}

async function copy() {
  await working(byId("copy"), t("js-copying"), async () => {
    const me = await actor();
    const [from, links, own] = await Promise.all([get(`/links/api/items/${item}?owner=${encodeURIComponent(owner)}`), allOf(owner, item), allOf(me.did)]);
    const collection = await copyOf(from, null);
    const puts = [collection, ...(await Promise.all(links.map((link) => copyOf(link, collection.ref))))];
    const bar = el("progress", { max: puts.length, value: 0, "aria-label": t("js-copying") });
    byId("copying").replaceChildren(bar);
    await enterAll(me, puts, new Set(own.map(({ id }) => id)), (done) => (bar.value = done));
    byId("copying").replaceChildren();
    const href = `/links/${me.did}/${collection.ref}`;
    say("good", el("p", {}, `${t("js-copied", { count: links.length })} `, el("a", { href }, t("js-copy-show"))));
  });
}

draw();
byId("follow").addEventListener("click", () => follow().catch(sayError));
byId("copy").addEventListener("click", () => copy().catch(sayError));
place.hidden = false;

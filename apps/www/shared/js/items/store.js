// Items of a service: reading all of them, and entering many, each with one signed operation.

import { get } from "../api.js";
import { toHex } from "../base.js";
import { submit } from "../proof.js";

const PAGE = 100;

/** A new item's id: itm_ and 12 random bytes. */
export const newId = () => `itm_${toHex(crypto.getRandomValues(new Uint8Array(12)))}`;

/** One item of somebody, by its id. */
export const oneOf = (service, owner, id) => get(`/${service}/api/items/${id}?owner=${encodeURIComponent(owner)}`);

/** All items of somebody that this person may see; those in one item with `parent`. */
export async function allOf(service, owner, parent = null) {
  const query = new URLSearchParams({ owner, limit: PAGE, ...(parent ? { in: parent } : {}) });
  const all = [];
  for (let more = true; more; ) {
    query.set("offset", all.length);
    const answer = await get(`/${service}/api/items?${query}`);
    all.push(...answer.items);
    more = answer.hasMore;
  }
  return all;
}

/** Enters items (`{ref, body, fact}`) one after another and tells how far it is. What is in `known` was entered before. */
export async function enterAll(service, me, puts, known, tell) {
  for (const [place, put] of puts.entries()) {
    tell(place, puts.length);
    if (!known.has(put.ref)) await submit(me, { service, op: `${service}.put`, ...put });
  }
  tell(puts.length, puts.length);
}

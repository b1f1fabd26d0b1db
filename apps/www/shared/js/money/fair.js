// .fair manifests: who gets what of a work's earnings, signed by the person who offers it. And orders by them: a buyer signs the price and the
// shares that they saw.

import { ApiError, page } from "../api.js";
import { toHex, utf8 } from "../base.js";
import { sha256 } from "../cid.js";
import { canonical } from "../jcs.js";
import { signBytes } from "../key.js";
import { agree } from "../proof.js";
import { byId, leave } from "../ui.js";

/** A signature in hex over a manifest's canonical JSON without both signatures. */
async function signature(me, { signature: _, platformSignature: __, ...document }) {
  return toHex(await signBytes(me.sign, utf8(canonical(document))));
}

/** A manifest, signed. Weights are parts of 1; `work` is the file that it is about, `owner` somebody who isn't a contributor. */
export async function manifest(me, id, type, contributors, { derivesFrom = [], terms = {}, work, owner } = {}) {
  const document = { id, version: "0.3.0", type, contributors, derivesFrom, terms, ...(work && { work }), ...(owner && { owner }) };
  return { ...document, signature: await signature(me, document), platformSignature: null };
}

/** Publishes that this person alone made a work. Returns the digest of the manifest. */
export async function publishAlone(me, id, type) {
  const document = await manifest(me, `${me.did}/${id}`, type, [{ id: me.did, weight: 1 }]);
  await agree(me, "pay.fair.publish", "POST", "/pay/api/manifests", { manifest: document });
  return digestOf(document);
}

/** The signature of somebody who agrees to a manifest that another one signed: over the same bytes. */
export function agreement(me, document) {
  return signature(me, document);
}

/** The digest that names a manifest: of its canonical JSON with its signatures. */
export async function digestOf(document) {
  return `sha256:${toHex(await sha256(utf8(canonical(document))))}`;
}

/**
 * Signs an order. `json` has what the buyer saw: `follows`, `price`, `currency`. Where the price or the shares are others by now, `redraw` shows them,
 * and the refusal asks again.
 */
export async function order(signer, op, path, json, redraw) {
  try {
    return await agree(signer, op, "POST", path, json);
  } catch (error) {
    const isOther = error instanceof ApiError && ["changed", "price"].includes(error.problem.reason);
    if (isOther) await redraw();
    throw error;
  }
}

/** What a buyer saw of an offer that the box drew (`selling::pages::shares`), by its title. */
export function shownOffer(title) {
  const { follows, price, currency } = title?.dataset ?? {};
  return title ? { follows, price: Number(price), currency } : {};
}

/** Draws what a page says of an offer (`data-offer`) as the box draws it now, with what was chosen there. Where it isn't offered any more, shows the page that is. */
export async function redrawOffer() {
  const drawn = await page(location.href);
  const [parts, fresh] = [document, drawn].map((whole) => [...(whole?.querySelectorAll("[data-offer]") ?? [])]);
  if (!drawn || parts.length !== fresh.length) return leave();
  const chosen = parts.flatMap((part) => [...part.querySelectorAll("select option:checked, input:checked")]);
  const focused = parts.some((part) => part.contains(document.activeElement)) ? document.activeElement.id : "";
  parts.forEach((part, place) => part.replaceChildren(...fresh[place].childNodes));
  for (const { localName, parentElement, name, value } of chosen) {
    const which = CSS.escape(value);
    const same = document.querySelector(localName === "option" ? `#${parentElement.id} option[value="${which}"]` : `[data-offer] input[name="${name}"][value="${which}"]`);
    if (same) same[localName === "option" ? "selected" : "checked"] = true;
  }
  byId(focused)?.focus();
}

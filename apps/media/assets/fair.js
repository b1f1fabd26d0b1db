// Who made a file: the form in which its owner says it, and their signature.

import { ApiError, get } from "../js/api.js";
import { canonical } from "../js/jcs.js";
import { isCurrency, minor, written } from "../js/money/amount.js";
import { digestOf, manifest } from "../js/money/fair.js";
import { submit } from "../js/proof.js";
import { signer } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, fieldError, leave, working } from "../js/ui.js";

const t = await texts("media");
const WHOLE_PPM = 1_000_000;
const PERCENT_PPM = 10_000;
const ROLE_MAX = 100;
const rows = byId("fair-rows");
const form = byId("form-fair");
// An empty row, of those that the page was drawn with.
const blank = rows?.querySelector(".share-row").cloneNode(true);

const part = (row, name) => row.querySelector(`[data-part="${name}"]`);

function added() {
  const row = blank.cloneNode(true);
  for (const field of row.querySelectorAll("[data-part]")) {
    const label = row.querySelector(`label[for="${field.id}"]`);
    field.id = `fair-${crypto.randomUUID()}`;
    field.value = "";
    label.htmlFor = field.id;
  }
  rows.append(row);
  part(row, "who").focus();
}

/** The DID of somebody who goes by this name, or null. */
async function didOf(name) {
  try {
    return (await get(`/auth/api/lookup/${encodeURIComponent(name.replace(/^@/, ""))}`)).did;
  } catch (error) {
    if (error instanceof ApiError && [404, 410].includes(error.status)) return null;
    throw error;
  }
}

/** The contributors that the rows name; null if a field is wrong, which says why. */
async function contributors() {
  const all = [...rows.querySelectorAll(".share-row")];
  const found = [];
  let sum = 0;
  for (const row of all) {
    const [who, role, share] = ["who", "role", "share"].map((name) => part(row, name));
    const ppm = Math.round(Number(share.value.trim().replace(",", ".")) * PERCENT_PPM);
    const hasShare = share.value.trim() && ppm >= 0 && ppm <= WHOLE_PPM;
    const id = who.value.trim() && (await didOf(who.value.trim()));
    fieldError(who, id ? null : t("js-fair-nobody"));
    fieldError(role, role.value.trim().length <= ROLE_MAX ? null : t("js-fair-role"));
    fieldError(share, hasShare ? null : t("js-fair-share"));
    if (!id || !hasShare || role.value.trim().length > ROLE_MAX) return null;
    sum += ppm;
    found.push({ id, weight: ppm / WHOLE_PPM, ...(role.value.trim() && { role: role.value.trim() }) });
  }
  const last = part(all.at(-1), "share");
  fieldError(last, sum === WHOLE_PPM ? null : t("js-fair-sum"));
  return sum === WHOLE_PPM ? found : null;
}

/** What the form says a licence to train costs: null without a price, undefined where a field is wrong, which says why. */
function trainingPrice() {
  const [price, currency] = [byId("fair-train-price"), byId("fair-train-currency")];
  const code = currency.value.trim().toUpperCase();
  if (!price.value.trim() || byId("fair-train").checked) return null;
  const units = isCurrency(code) ? minor(price.value, code) : null;
  fieldError(currency, isCurrency(code) ? null : t("js-sale-currency"));
  fieldError(price, units || !isCurrency(code) ? null : t("js-sale-price"));
  return units ? { consent: "explicit", price: units, currency: code } : undefined;
}

/** The terms of before, with what the form says of training. */
function termsOf({ terms }, price) {
  // Terms of another dialect may be a text.
  const { train, ...others } = typeof terms === "string" ? { text: terms } : (terms ?? {});
  if (byId("fair-train").checked) return { ...others, train: "free" };
  if (price) return { ...others, train: price };
  // Terms that the form doesn't know stay as they are.
  return train && train !== "free" && train.consent !== "explicit" ? { ...others, train } : others;
}

const asked = form?.querySelector("[data-price]");
if (asked) byId("fair-train-price").value = written(Number(asked.dataset.price), byId("fair-train-currency").value);
byId("fair-add")?.addEventListener("click", added);
rows?.addEventListener("click", ({ target }) => {
  if (target.closest("[data-out]") && rows.children.length > 1) target.closest(".share-row").remove();
});
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  working(byId("fair-sign"), t("js-signing"), async () => {
    const parts = await contributors();
    const price = trainingPrice();
    if (!parts || price === undefined) return;
    const me = await signer();
    const { manifest: before } = await get(`/media/api/assets/${form.dataset.id}/fair`);
    // A person whom the manifest names signs it.
    const owner = parts.some(({ id }) => id === me.did) ? before.owner : me.did;
    const more = { derivesFrom: before.derivesFrom ?? before.derives_from ?? [], terms: termsOf(before, price), work: before.work, owner };
    const signed = await manifest(me, before.id ?? form.dataset.id, before.type ?? "file", parts, more);
    await submit(me, { service: "media", op: "media.fair", ref: form.dataset.id, body: { manifest: canonical(signed) }, fact: { fair: await digestOf(signed) } });
    await leave();
  });
});

// Editing your own jars: their purpose and their terms. Below, the received tips.

import { get } from "../js/api.js";
import { choose, chosen, complaint, personField } from "../js/form/person.js";
import { digestOf, manifest } from "../js/money/fair.js";
import { editor } from "../js/items/editor.js";
import { amount, isCurrency, minor, written } from "../js/money/amount.js";
import { agree, submit } from "../js/proof.js";
import { signer } from "../js/session.js";
import { texts } from "../js/texts.js";
import { told } from "../js/time.js";
import { byId, el, sayError } from "../js/ui.js";

const t = await texts("coffee");
const WHOLE_PPM = 1_000_000;
const AMOUNTS_MAX = 3;
const PRICE = 100;
const shares = byId("shares");

// The shares

function shareRow({ id = "", percent = "" } = {}) {
  const input = (name, label, attributes) => {
    const field = el("input", { id: `share-${crypto.randomUUID()}`, type: "text", autocomplete: "off", spellcheck: "false", ...attributes });
    field.dataset[name] = "";
    return [field, el("div", { class: "field" }, el("label", { for: field.id }, t(label)), field)];
  };
  const [who, whoField] = input("person", "js-share-who", { maxlength: 300, autocapitalize: "none" });
  const [share, shareField] = input("share", "js-share-percent", { inputmode: "decimal", size: 6 });
  personField(who);
  if (id) choose(who, id);
  share.value = percent;
  const row = el("div", { class: "share-row row" }, whoField, shareField, el("button", { type: "button", class: "link", onclick: () => row.remove() }, t("js-share-remove")));
  return row;
}

const drawShares = (all) => shares.replaceChildren(...all.map(shareRow));

/** The contributors that the rows name, or the first field that is wrong, and why. */
function contributors() {
  const rows = [...shares.querySelectorAll(".share-row")].map((row) => [row.querySelector("[data-person]"), row.querySelector("[data-share]")]);
  const parts = [];
  for (const [who, share] of rows) {
    const id = chosen(who);
    if (!id) return { wrong: [who, complaint(who)] };
    const ppm = Math.round(Number(share.value.trim().replace(",", ".")) * 10_000);
    if (!(ppm > 0 && ppm <= WHOLE_PPM)) return { wrong: [share, t("js-share")] };
    parts.push({ id, ppm });
  }
  const last = rows.at(-1)?.[1] ?? byId("add-share");
  if (parts.reduce((sum, { ppm }) => sum + ppm, 0) !== WHOLE_PPM) return { wrong: [last, t("js-shares-sum")] };
  if (!parts.some(({ id }) => id === shares.dataset.own)) return { wrong: [last, t("js-no-own-share")] };
  return { parts: parts.map(({ id, ppm }) => ({ id, weight: ppm / WHOLE_PPM })) };
}

// The form of a jar

const list = (text, currency) => text.split(/[\s;]+|,\s+/).filter(Boolean).map((one) => minor(one, currency));

function wrong({ currency, price, amounts, goal }) {
  const code = currency.toUpperCase();
  if (!isCurrency(code)) return ["currency", t("js-no-currency")];
  const least = minor(price, code);
  if (!least) return ["price", t("js-no-amount")];
  const all = list(amounts, code);
  if (all.length > AMOUNTS_MAX || all.some((units) => units === null || units < least)) return ["amounts", t("js-amounts")];
  if (goal && !minor(goal, code)) return ["goal", t("js-no-amount")];
  const { wrong: share } = contributors();
  return share ? [share[0].id, share[1]] : null;
}

/** The facts of a jar that are amounts. */
function facts({ currency, amounts, goal }) {
  const code = currency.toUpperCase();
  const all = list(amounts, code);
  return { ...(all.length ? { amounts: all } : {}), ...(goal ? { goal: minor(goal, code) } : {}) };
}

/** Signs on which terms the jar takes tips, unless they are the same as before. */
async function offer({ currency, price }, { id, offer: before }) {
  const code = currency.toUpperCase();
  const me = await signer();
  const { parts } = contributors();
  let fair = before?.fair;
  if (!before || JSON.stringify(parts) !== JSON.stringify(await partsOf(before))) {
    const signed = await manifest(me, id, "jar", parts);
    fair = await digestOf(signed);
    await agree(me, "pay.fair.publish", "POST", "/pay/api/manifests", { manifest: signed });
  }
  const fact = { price: minor(price, code), currency: code, fair };
  const isSame = before && before.fair === fair && before.price === fact.price && before.currency === code;
  if (!isSame) await submit(me, { service: "coffee", op: "coffee.offer", ref: id, fact });
}

async function partsOf({ fair }) {
  const { contributors: all } = await get(`/pay/api/manifests/${fair}/fair`);
  return all.map(({ id, weight }) => ({ id, weight }));
}

const jars = editor("coffee", {
  kinds: { jar: { title: t("js-a-jar"), body: ["title", "note", "thanks", "slug"], facts: ["accent"], isShown: true, more: facts } },
  lists: [{ id: "jars", kind: "jar" }],
  wrong,
  hints: ({ offer: terms, goal }) => [terms && goal && amount(goal, terms.currency)],
  says: { nothing: t("js-nothing"), slugTaken: t("js-slug-taken") },
  values: ({ offer: terms, amounts = [], goal }) => {
    const currency = terms?.currency ?? "CHF";
    return { currency, price: written(terms?.price ?? PRICE, currency), amounts: amounts.map((units) => written(units, currency)).join(" "), goal: goal ? written(goal, currency) : "" };
  },
  opened: ({ offer: terms }) => {
    drawShares([{ id: shares.dataset.own, percent: "100" }]);
    const percent = ({ id, weight }) => ({ id, percent: String(Math.round(weight * 1_000_000) / 10_000) });
    if (terms) partsOf(terms).then((all) => drawShares(all.map(percent))).catch(sayError);
  },
  saved: offer,
  shares: { kinds: ["jar"], isDraft: ({ on }) => !on },
});

// The received tips

const PAGE = 20;
let offset = 0;

function tipRow(tip) {
  const name = tip.saidAs ?? tip.name ?? t("js-somebody");
  const sum = amount(tip.amount, tip.currency);
  const text = tip.back ? t("js-tip-back", { amount: sum, name, back: amount(tip.back, tip.currency) }) : t("js-tip", { amount: sum, name });
  const out = el("input", { type: "checkbox", checked: tip.out, onchange: () => show(tip, out).catch(sayError) });
  return el("li", {}, el("div", { class: "row" }, el("span", { class: "grow" }, text), el("time", { datetime: tip.at, class: "soft" }, told(tip.at, { dateStyle: "medium" }))),
    tip.said ? el("blockquote", {}, tip.said) : null,
    tip.said ? el("label", { class: "check" }, out, el("span", {}, t("js-show"))) : null);
}

async function show(tip, out) {
  out.disabled = true;
  try {
    await submit(await signer(), { service: "coffee", op: "coffee.show", ref: tip.payment, fact: { on: out.checked ? 1 : 0 } });
  } catch (error) {
    out.checked = !out.checked;
    throw error;
  } finally {
    out.disabled = false;
  }
}

async function more() {
  const { tips, hasMore } = await get(`/coffee/api/tips?limit=${PAGE}&offset=${offset}`);
  offset += tips.length;
  byId("tip-rows").append(...tips.map(tipRow));
  byId("no-tips").hidden = offset > 0;
  byId("more-tips").hidden = !hasMore;
}

// A jar is a draft until it is shared.
const create = (values) => jars.create("jar", { ...values, on: false });

byId("add-jar").addEventListener("click", () => create());
for (const button of document.querySelectorAll("[data-template]")) {
  const { title, note, thanks } = button.dataset;
  button.addEventListener("click", () => create({ title, note, thanks }));
}
byId("add-share").addEventListener("click", () => {
  const row = shareRow();
  shares.append(row);
  row.querySelector("input").focus();
});
byId("more-tips").addEventListener("click", () => more().catch(sayError));
jars.start();
more().catch(sayError);

// The editor of a person's courses, modules and lessons.

import { ApiError, get } from "../js/api.js";
import { amount, isCurrency, minor, written as money } from "../js/money/amount.js";
import { digestOf, manifest } from "../js/money/fair.js";
import { editor } from "../js/items/editor.js";
import { oneOf } from "../js/items/store.js";
import { agree, submit } from "../js/proof.js";
import { signer } from "../js/session.js";
import { locale, texts } from "../js/texts.js";
import { utf8 } from "../js/base.js";
import { byId, el, sayError } from "../js/ui.js";
import { showQuiz } from "./builder.js";
import { faultOf, formOf, written } from "./quiz.js";

const t = await texts("learn");
const TEXT_BYTES_MAX = 200_000;
const SHARE_MAX = 0.9;

/** Converts a percentage to a fraction, rounded to millionths. */
const part = (percent) => Math.round(Number(percent.replace(",", ".")) * 10_000) / 1_000_000;

/** The percentage of a fraction, without the digits that 0.07 × 100 has. */
const percentOf = (fraction) => (Math.round(fraction * 1_000_000) / 10_000).toLocaleString(locale, { maximumFractionDigits: 4 });

// Offers: prices, shares and copies.

const manifestOf = ({ fair }) => get(`/pay/api/manifests/${fair}/fair`);
const copyTerms = (document) => (document.terms?.copy?.consent === "open" ? document.terms.copy : null);

/** Returns the source from which a copy's manifest derives; null for a course that isn't a copy. */
async function source({ copied }) {
  if (!copied) return null;
  const [owner, id] = copied.split("/");
  try {
    const { offer: terms } = await oneOf("learn", owner, id);
    const document = terms && (await manifestOf(terms));
    const copy = document && copyTerms(document);
    return copy ? { id: document.id, weight: copy.share, fair: terms.fair } : { closed: true };
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return { closed: true };
    throw error;
  }
}

/** Signs the price of a course and the terms for copies, unless they are unchanged. */
async function offer({ price, currency, share }, { id, kind, copied, offer: before }) {
  if (kind !== "course" || !(price || share || copied || before)) return;
  const me = await signer();
  const from = await source({ copied });
  const code = (currency || "CHF").toUpperCase();
  const terms = share ? { copy: { consent: "open", share: part(share) } } : {};
  const old = before && (await manifestOf(before));
  const isSame = old && JSON.stringify(copyTerms(old)?.share) === JSON.stringify(terms.copy?.share) && (!from?.fair || old.derivesFrom.some(({ fair }) => fair === from.fair));
  let fair = before?.fair;
  if (!isSame) {
    // Existing contributors keep their shares.
    const contributors = old?.contributors ?? [{ id: me.did, weight: 1 }];
    const signed = await manifest(me, `${me.did}/${id}`, "course", contributors, { terms, derivesFrom: from?.fair && from.weight ? [from] : (old?.derivesFrom ?? []) });
    fair = await digestOf(signed);
    await agree(me, "pay.fair.publish", "POST", "/pay/api/manifests", { manifest: signed });
  }
  const fact = { price: price ? minor(price, code) : 0, currency: code, fair };
  if (isSame && before.price === fact.price && before.currency === code) return;
  await submit(me, { service: "learn", op: "learn.offer", ref: id, fact });
}

/** Shows for a copy which share goes to the original. */
async function showOrigin(item) {
  const from = await source(item);
  byId("origin").hidden = !from;
  if (from) byId("origin").textContent = from.closed ? t("js-origin-closed") : t("js-origin", { share: percentOf(from.weight) });
}

/** Returns the first invalid field that only courses or lessons have, with the message. */
function wrong({ text, quiz, pass, price, currency, share }, kind) {
  if (kind === "course") {
    if ((price || share) && !isCurrency(currency.toUpperCase())) return ["currency", t("js-no-currency")];
    if (price && minor(price, currency.toUpperCase()) === null) return ["price", t("js-no-amount")];
    return share && !(part(share) >= 0 && part(share) <= SHARE_MAX) ? ["share", t("js-share")] : null;
  }
  if (kind !== "lesson") return null;
  if (utf8(text).length > TEXT_BYTES_MAX) return ["text", t("js-too-long")];
  const fault = faultOf(quiz);
  if (fault) return [fault[0], t(fault[1])];
  if (pass && !(Number.isInteger(Number(pass)) && pass >= 1 && pass <= 100)) return ["pass", t("js-pass")];
  return pass && !formOf(quiz) ? ["pass", t("js-no-quiz")] : null;
}

/** Returns the facts of a lesson that aren't texts. */
const facts = ({ required, pass }) => ({ ...(required ? {} : { optional: 1 }), ...(pass ? { pass: Number(pass) } : {}) });

/** Returns the links to a course or lesson, and to a course's students. */
function tools({ kind, id, title }) {
  const path = `/learn/${encodeURIComponent(courses.did)}/${id}`;
  const link = (href, text) => el("a", { class: "button", href, "aria-label": `${text}: ${title}` }, text);
  return [[link(path, t("js-see")), ...(kind === "course" ? [link(`${path}/students`, t("js-students"))] : [])], null];
}

const courses = editor("learn", {
  kinds: {
    course: { title: t("js-a-course"), body: ["title", "note", "slug"], isShown: true, empty: t("js-empty") },
    module: { title: t("js-a-module"), body: ["title", "note"], isShown: true, in: ["course"], empty: t("js-empty") },
    lesson: { title: t("js-a-lesson"), body: ["title", "note", "text", "slug"], isShown: true, in: ["course", "module"], more: facts, words: ({ quiz }) => ({ questions: formOf(quiz) }) },
  },
  // Items that aren't in a course are listed after the courses.
  lists: ["course", "module", "lesson"].map((kind) => ({ id: `all-${kind}`, kind })),
  wrong,
  tools,
  whole: async ({ id }) => {
    const item = await oneOf("learn", courses.did, id);
    const copy = item.offer && copyTerms(await manifestOf(item.offer));
    return copy ? { ...item, share: percentOf(copy.share) } : item;
  },
  hints: ({ offer: terms }) => [terms && terms.price > 0 && amount(terms.price, terms.currency)],
  values: ({ optional, questions, offer: terms, share = "" }) => ({
    required: !optional,
    quiz: written(questions),
    currency: terms?.currency ?? "CHF",
    price: terms?.price ? money(terms.price, terms.currency) : "",
    share,
  }),
  opened: (item) => {
    showQuiz();
    showOrigin(item).catch(sayError);
  },
  saved: offer,
  shares: { kinds: ["course"], isDraft: ({ on }) => !on },
  says: { nothing: t("js-nothing"), slugTaken: t("js-slug-taken"), removeAll: ({ title }) => t("js-remove-all-sure", { title }) },
});

// A course is a draft until it is shared; its modules and lessons are seen with it.
byId("add-course").addEventListener("click", () => courses.create("course", { on: false }));
for (const kind of ["module", "lesson"]) byId(`add-${kind}`).addEventListener("click", () => courses.create(kind));
for (const button of document.querySelectorAll("[data-template]")) {
  const { title, note } = button.dataset;
  button.addEventListener("click", () => courses.create("course", { title, note, on: false }));
}
courses.start();

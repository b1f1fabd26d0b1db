// The trust page: the person's tier and the steps to the next one, attestations that wait for an answer, and the terms
// of the sum.

import { get } from "../js/api.js";
import { confirm, decline } from "../js/confirm.js";
import { signedInDid, signer } from "../js/session.js";
import { locale, texts } from "../js/texts.js";
import { ago, byId, el, sayError, shortId, working } from "../js/ui.js";

const t = await texts("www");
const TIERS = {
  soft: "js-trust-soft",
  preliminary: "js-trust-preliminary",
  established: "js-trust-established",
};
const STEPS = {
  connections: "js-trust-connections",
  occasions: "js-trust-occasions",
  historyDays: "js-trust-days",
  warnings: "js-trust-warnings",
};
const KINDS = {
  vouch: "js-trust-said-vouch",
  "connection.accepted": "js-trust-said-accepted",
  "connection.invited": "js-trust-said-invited",
  "transaction.settled": "js-trust-said-settled",
  customer: "js-trust-said-customer",
  "event.attendance": "js-trust-said-attendance",
  "identity.root": "js-trust-said-root",
  "flag.yellow": "js-trust-said-yellow",
  "session.created": "js-trust-said-session",
  "learn.completed": "js-trust-said-completed",
};
const kind = (type) => (KINDS[type] ? t(KINDS[type]) : t("js-trust-said-other", { type }));
const percent = (digits) => new Intl.NumberFormat(locale, { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits });
const [fine, coarse] = [percent(2), percent(1)];
const share = (ppm) => (ppm < 10_000 ? fine : coarse).format(ppm / 1_000_000);

const names = new Map();
async function nameOf(did) {
  if (!names.has(did)) {
    const found = await get(`/auth/api/lookup/${encodeURIComponent(did)}`).catch(() => null);
    names.set(did, found?.name ?? (found?.handle ? `@${found.handle}` : null));
  }
  return names.get(did) ?? shortId(did);
}

function step({ name, wanted, there, enough }) {
  const said = STEPS[name] ? t(STEPS[name], { there, wanted }) : `${name}: ${there}/${wanted}`;
  return el("li", {}, enough ? "✓ " : "○ ", said);
}

async function pending(said) {
  const card = el("li", { class: "card" }, el("p", {}, el("strong", {}, await nameOf(said.issuerDid)), ` ${kind(said.type)}, ${ago(said.issuedAt)}.`));
  const yes = el("button", { type: "button", class: "main" }, t("js-trust-confirm"));
  const no = el("button", { type: "button" }, t("js-trust-decline"));
  const act = (button, words, what) => button.addEventListener("click", () => working(button, words, async () => {
    await what(await signer(), said);
    await draw();
  }));
  act(yes, t("js-trust-signing"), confirm);
  act(no, t("js-trust-declining"), decline);
  // Without the issuer's own signature over it there is nothing to sign beside.
  card.append(el("div", { class: "actions" }, ...(said.authorJws ? [yes] : []), no));
  return card;
}

async function term(one) {
  const who = await nameOf(one.issuerDid);
  return { who, what: kind(one.type), age: share(one.decayPpm), ppm: one.amountPpm };
}

async function draw() {
  const did = signedInDid();
  const [standing, said] = await Promise.all([
    get(`/auth/api/standing/${encodeURIComponent(did)}`),
    get(`/auth/api/attestations?subject_did=${encodeURIComponent(did)}&status=pending&limit=50`),
  ]);
  byId("tier").textContent = t(TIERS[standing.tier]);
  byId("way").hidden = standing.tier === "established" || standing.steps.length === 0;
  byId("steps").replaceChildren(...standing.steps.map(step));
  const waiting = said.attestations.filter((one) => one.inForce && one.issuerDid !== did);
  byId("waiting").hidden = waiting.length === 0;
  byId("pending").replaceChildren(...(await Promise.all(waiting.map(pending))));
  const terms = await Promise.all(standing.terms.map(term));
  // Among few people a share says more about the box than about a person.
  const [few, count] = [standing.fewPeople, terms.length];
  if (standing.root) byId("sum").textContent = t("js-trust-root");
  else byId("sum").textContent = few ? t("js-trust-sum-few", { count }) : t("js-trust-sum", { share: share(standing.standingPpm), count });
  for (const part of document.querySelectorAll("[data-share]")) part.hidden = few;
  const most = Math.max(1, ...terms.map(({ ppm }) => ppm));
  byId("bars").replaceChildren(...terms.slice(0, 8).map(({ who, what, ppm }) =>
    el("p", {}, el("progress", { max: String(most), value: String(ppm) }), ` ${who} ${what}`)));
  byId("terms").replaceChildren(...terms.map(({ who, what, age, ppm }) =>
    el("tr", {}, el("td", {}, who), el("td", {}, what), ...(few ? [] : [el("td", {}, age), el("td", {}, share(ppm))]))));
  const hidden = standing.withheld.terms;
  byId("withheld").hidden = hidden === 0;
  byId("withheld").textContent = t("js-trust-withheld", { count: hidden });
}

draw().catch(sayError);

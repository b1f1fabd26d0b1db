// Who vouches for somebody: the tier and the way to the next, what waits for a word, and the terms of the sum.

import { get } from "../api.js";
import { confirm, decline } from "../confirm.js";
import { signedInDid, signer } from "../session.js";
import { address, ago, byId, el, sayError, working } from "../ui.js";

const TIERS = {
  soft: "You came in without a key and an invitation of your own: tickets, courses, conversations and reading are yours.",
  preliminary: "You have a key of your own: you can make events and connect with everybody.",
  established: "You are established here: you may vouch, attest, warn and invite.",
};
const STEPS = {
  connections: "confirmed connections to different people",
  occasions: "event attended or payment settled here",
  historyDays: "days since your record began",
  warnings: "open warnings, at most",
};
const KINDS = {
  vouch: "vouches for you", "connection.accepted": "is connected with you", "connection.invited": "invited you to connect",
  "transaction.settled": "saw a payment settled", customer: "saw a first purchase", "event.attendance": "saw you at an event",
  "identity.root": "has met you: the record of your beginning here", "flag.yellow": "warns of you", "session.created": "saw you sign in",
};
const kind = (type) => KINDS[type] ?? `says “${type}”`;
const share = (ppm) => `${(ppm / 10_000).toFixed(ppm < 10_000 ? 2 : 1)} %`;

const names = new Map();
async function nameOf(did) {
  if (!names.has(did)) {
    const found = await get(`/auth/api/lookup/${encodeURIComponent(did)}`).catch(() => null);
    names.set(did, found?.name ?? (found?.handle ? `@${found.handle}` : null));
  }
  return names.get(did) ?? address(did);
}

function step({ name, wanted, there, enough }) {
  return el("li", {}, enough ? "✓ " : "○ ", `${there} of ${wanted} ${STEPS[name] ?? name}`);
}

async function pending(said) {
  const card = el("li", { class: "card" }, el("p", {}, el("strong", {}, await nameOf(said.issuerDid)), ` ${kind(said.type)}, ${ago(said.issuedAt)}.`));
  const yes = el("button", { type: "button", class: "main" }, "Confirm");
  const no = el("button", { type: "button" }, "Not so");
  const act = (button, words, what) => button.addEventListener("click", () => working(button, words, async () => {
    await what(await signer(), said);
    await draw();
  }));
  act(yes, "Signing…", confirm);
  act(no, "Declining…", decline);
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
  byId("tier").textContent = TIERS[standing.tier];
  byId("way").hidden = standing.tier === "established" || standing.steps.length === 0;
  byId("steps").replaceChildren(...standing.steps.map(step));
  const waiting = said.attestations.filter((one) => one.inForce && one.issuerDid !== did);
  byId("waiting").hidden = waiting.length === 0;
  byId("pending").replaceChildren(...(await Promise.all(waiting.map(pending))));
  const terms = await Promise.all(standing.terms.map(term));
  byId("sum").textContent = standing.root
    ? "Standing begins with you: you are the owner of this box."
    : `Your standing is ${share(standing.standingPpm)} of the owner's, from ${terms.length} that count.`;
  const most = Math.max(1, ...terms.map(({ ppm }) => ppm));
  byId("bars").replaceChildren(...terms.slice(0, 8).map(({ who, what, ppm }) =>
    el("p", {}, el("progress", { max: String(most), value: String(ppm) }), ` ${who} ${what}`)));
  byId("terms").replaceChildren(...terms.map(({ who, what, age, ppm }) =>
    el("tr", {}, el("td", {}, who), el("td", {}, what), el("td", {}, age), el("td", {}, share(ppm)))));
  const hidden = standing.withheld.terms;
  byId("withheld").hidden = hidden === 0;
  byId("withheld").textContent = `${hidden} more count that you may not see.`;
}

draw().catch(sayError);

// An order: its handover by the buyer's word or six digits, its dispatch, its cancellation, its review, a problem with it.

import { get } from "../js/api.js";
import { sure } from "../js/form/sure.js";
import { submit } from "../js/proof.js";
import { actor, signer } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, fieldError, leave, sayError, working } from "../js/ui.js";

const t = await texts("market");
const { payment, seller, buyer, party } = byId("order").dataset;
const other = party === "seller" ? buyer : seller;

/** Signs a word to the other party, and shows the order as it is then. */
async function tell(button, who, op, fact = {}, body = null) {
  await working(button, t("js-signing"), async () => {
    await submit(await who(), { service: "market", op, ref: payment, fact: { dids: [other], ...fact }, ...(body && { body }) });
    await leave();
  });
}

const hand = (button, code) => tell(button, actor, "market.hand", code);
const report = (button, about, on) => tell(button, actor, "market.problem", { about, on });

async function confirm() {
  const digits = byId("digits").value.replace(/\s/g, "");
  const isCode = /^\d{6}$/.test(digits);
  fieldError(byId("digits"), isCode ? null : t("js-digits"));
  if (isCode) await hand(byId("confirm"), { code: Number(digits) });
}

/** The other records that calling off changes: a seller's refund takes from everyone who shared in the payment. */
async function others(me) {
  if (party === "buyer") return [seller];
  const receipt = await get(`/pay/api/receipts/${payment}`).catch((error) => {
    // Nothing was paid yet.
    if (error.status === 404) return null;
    throw error;
  });
  const { node } = await get(`/auth/api/head/${encodeURIComponent(me.did)}`);
  const to = new Set([buyer, node, ...(JSON.stringify(receipt).match(/did:imajin:[1-9A-HJ-NP-Za-km-z]{43,44}/g) ?? [])]);
  to.delete(me.did);
  return [...to];
}

async function cancel(button) {
  if (!(await sure(t(party === "seller" ? "js-cancel-seller" : "js-cancel-buyer"), button))) return;
  await working(button, t("js-signing"), async () => {
    const me = await signer();
    await submit(me, { service: "market", op: "market.cancel", ref: payment, fact: { buyer, seller }, to: await others(me) });
    await leave();
  });
}

async function review() {
  const stars = Number(byId("stars").value);
  fieldError(byId("stars"), stars ? null : t("js-stars"));
  const text = byId("text").value.trim();
  if (stars) await tell(byId("publish"), signer, "market.review", { stars }, text ? { text } : {});
}

byId("review")?.addEventListener("submit", (event) => {
  event.preventDefault();
  review().catch(sayError);
});
byId("unreview")?.addEventListener("click", async ({ currentTarget }) => {
  if (await sure(t("js-unreview-sure"), currentTarget)) tell(currentTarget, signer, "market.unreview").catch(sayError);
});
byId("report")?.addEventListener("submit", (event) => {
  event.preventDefault();
  report(byId("tell"), byId("about").value, 1).catch(sayError);
});
byId("solve")?.addEventListener("click", ({ currentTarget }) => report(currentTarget, currentTarget.dataset.about, 0).catch(sayError));
byId("hand")?.addEventListener("submit", (event) => {
  event.preventDefault();
  confirm().catch(sayError);
});
byId("send")?.addEventListener("click", async ({ currentTarget }) => {
  if (await sure(t("js-send-sure"), currentTarget)) hand(currentTarget).catch(sayError);
});
byId("have")?.addEventListener("click", async ({ currentTarget }) => {
  if (await sure(t("js-have-sure"), currentTarget)) hand(currentTarget).catch(sayError);
});
byId("cancel")?.addEventListener("click", ({ currentTarget }) => cancel(currentTarget).catch(sayError));

// The wallet: requests credit and payouts, confirms arrived payments, settles debts; and the decisions of the box's
// owner. The person signs the consequences that the box answers, or the button's operation.

import { ApiError, post } from "../js/api.js";
import { toHex, utf8 } from "../js/base.js";
import { chosen, complaint } from "../js/form/person.js";
import { sure } from "../js/form/sure.js";
import { canonical } from "../js/jcs.js";
import { signBytes } from "../js/key.js";
import { minor } from "../js/money/amount.js";
import { agree, submit } from "../js/proof.js";
import { actor, signer } from "../js/session.js";
import { texts } from "../js/texts.js";
import { instant } from "../js/time.js";
import { byId, el, fieldError, leave, say, sayError, working } from "../js/ui.js";

const t = await texts("pay");

/** Asks; where it must be signed, signs exactly what the answer has. */
async function ask(path, json) {
  try {
    return await post(path, json);
  } catch (error) {
    const wish = error instanceof ApiError ? error.problem.sign : null;
    if (!wish) throw error;
    const { op, ref, fact, to } = wish;
    return submit(await actor(), { service: "pay", op, ref, fact, to }, { path, json });
  }
}

/** Minor units of the currency next to the field, or null with a word there. */
function amount(field = byId("amount"), currency = byId("currency").value) {
  const units = minor(field.value, currency);
  if (!units) {
    fieldError(field, t("js-amount"));
    return null;
  }
  fieldError(field);
  return units;
}

async function byTransfer() {
  const units = amount();
  if (units === null) return;
  await working(byId("by-emt"), t("js-signing"), async () => {
    const held = await ask("/pay/api/topup/emt", { amount: units, currency: byId("currency").value });
    // The reference is an element in the middle of the sentence.
    const [before, after] = t("js-send", { memo: "\n" }).split("\n");
    say("good", el("p", {}, before, el("strong", { class: "mono" }, held.memo), after), t("js-send-then"));
  });
}

async function byCard(event) {
  event.preventDefault();
  const units = amount();
  if (units === null) return;
  await working(byId("by-card"), t("js-signing"), async () => {
    const here = `${location.origin}/pay`;
    const page = await ask("/pay/api/topup/card", { amount: units, currency: byId("currency").value, successUrl: here, cancelUrl: here });
    await leave(page.url);
  });
}

/** Says what somebody passes on of all that they earn: a .fair manifest of their own. */
async function passOn(event) {
  event.preventDefault();
  const [who, share] = [byId("pass-who"), byId("pass-share")];
  for (const input of [who, share]) fieldError(input);
  const ppm = Math.round(Number(share.value.trim().replace(",", ".") || NaN) * 10_000);
  if (!(ppm >= 0 && ppm <= 1_000_000)) return fieldError(share, t("js-share"));
  const other = chosen(who);
  if (ppm > 0 && !other) return fieldError(who, complaint(who));
  await working(byId("pass-on"), t("js-signing"), async () => {
    const me = await signer();
    const parts = [[me.did, 1_000_000 - ppm], [other, ppm]].filter(([, part]) => part > 0);
    const contributors = parts.map(([id, part]) => ({ id, weight: part / 1_000_000 }));
    const document = { id: me.did, version: "0.3.0", type: "distribution", contributors, derivesFrom: [], terms: {} };
    const signature = toHex(await signBytes(me.sign, utf8(canonical(document))));
    await submit(me, { service: "pay", op: "pay.fair.publish", body: { manifest: canonical({ ...document, signature, platformSignature: null }) } });
    await leave();
  });
}

/** Asks for one operation, signs it, and shows the result. */
async function signs(button, op, path, json) {
  await working(button, t("js-signing"), async () => {
    await agree(await actor(), op, "POST", path, json);
    await leave();
  });
}

/** Asks for credit in money. */
async function askPayout(event) {
  event.preventDefault();
  const [currency, to] = [byId("payout-currency"), byId("payout-to")];
  fieldError(to);
  const units = amount(byId("payout-amount"), currency.value);
  if (units === null) return;
  if (!to.value.trim()) return fieldError(to, t("js-payout-to"));
  await signs(byId("ask-payout"), "pay.payout.ask", "/pay/api/payouts", { amount: units, currency: currency.value, to: to.value.trim() });
}

/** Lets somebody spend more than they have. */
async function setLimit(event) {
  event.preventDefault();
  const [who, until] = [byId("limit-who"), byId("limit-until")];
  for (const input of [who, until]) fieldError(input);
  const account = chosen(who);
  if (!account) return fieldError(who, complaint(who));
  const units = amount(byId("limit-amount"), byId("limit-currency").value);
  if (units === null) return;
  // Until the end of that day on the reader's clock.
  const last = until.value ? instant(`${until.value}T23:59`) : null;
  if (!(last > Date.now())) return fieldError(until, t("js-day"));
  const end = new Date(last + 59_000).toISOString();
  await signs(byId("set-limit"), "pay.limit", "/pay/api/limits", { account, currency: byId("limit-currency").value, limit: units, until: end });
}

/** Declines what some people say that they owe, for good, or shows it again: one signature for each of them. */
async function decline(button) {
  const { decline: people, declined, declineOp } = button.dataset;
  if (!(await sure(t("js-sure", { what: button.textContent }), button))) return;
  await working(button, t("js-signing"), async () => {
    const me = await actor();
    for (const other of JSON.parse(people)) await agree(me, declineOp, "POST", "/pay/api/debts/decline", { with: other, declined: declined === "true" });
    await leave();
  });
}

for (const button of document.querySelectorAll("[data-decline]")) button.addEventListener("click", () => decline(button).catch(sayError));
byId("payout")?.addEventListener("submit", (event) => askPayout(event).catch(sayError));
byId("limit")?.addEventListener("submit", (event) => setLimit(event).catch(sayError));
for (const button of document.querySelectorAll("[data-op]")) {
  const { op, path, json } = button.dataset;
  button.addEventListener("click", async () => {
    if (await sure(t("js-sure", { what: button.textContent }), button)) signs(button, op, path, JSON.parse(json)).catch(sayError);
  });
}
byId("pass")?.addEventListener("submit", (event) => passOn(event).catch(sayError));
byId("by-emt")?.addEventListener("click", () => byTransfer().catch(sayError));
byId("put-in")?.addEventListener("submit", (event) => {
  if (byId("by-card")) byCard(event).catch(sayError);
  else {
    event.preventDefault();
    byTransfer().catch(sayError);
  }
});
byId("onboard")?.addEventListener("click", (event) =>
  working(event.currentTarget, t("js-opening"), async () => {
    await leave((await post("/pay/api/connect/onboard", {})).url);
  }));
for (const button of document.querySelectorAll("[data-open]")) {
  button.addEventListener("click", () =>
    working(button, t("js-opening"), async () => {
      const here = `${location.origin}/pay`;
      const page = await post(`/pay/api/payments/${encodeURIComponent(button.dataset.open)}/open`, { successUrl: here, cancelUrl: here });
      await leave(page.url);
    }));
}
for (const button of document.querySelectorAll("[data-confirm]")) {
  button.addEventListener("click", () =>
    working(button, t("js-signing"), async () => {
      await ask("/pay/api/confirm-payment", { id: button.dataset.confirm });
      await leave();
    }));
}

// One's money: asks for credit and for payouts, confirms what arrived, settles debts; and what the owner of the box
// decides. What is signed is what the box says would follow, or what stands on the button.

import { ApiError, post } from "../api.js";
import { toHex, utf8 } from "../base.js";
import { canonical } from "../jcs.js";
import { signBytes } from "../key.js";
import { agree, submit } from "../proof.js";
import { signer } from "../session.js";
import { byId, el, fieldError, say, sayError, working } from "../ui.js";

/** Asks; where it must be signed, signs exactly what stands in the answer. */
async function ask(path, json) {
  try {
    return await post(path, json);
  } catch (error) {
    const wish = error instanceof ApiError ? error.problem.sign : null;
    if (!wish) throw error;
    const { op, ref, fact, to } = wish;
    return submit(await signer(), { service: "pay", op, ref, fact, to }, { path, json });
  }
}

/** Minor units, or null with a word beside the field. */
function amount(field = byId("amount"), digits = 2) {
  const [, whole, part = ""] = /^\s*(\d{1,9})(?:[.,](\d+))?\s*$/.exec(field.value) ?? [];
  const units = part.length > digits ? NaN : Number(whole) * 10 ** digits + Number(part.padEnd(digits, "0") || 0);
  if (!(units > 0)) {
    fieldError(field, "Write an amount above nothing, for example 20 or 12.50.");
    return null;
  }
  fieldError(field);
  return units;
}

async function byTransfer() {
  const units = amount();
  if (units === null) return;
  await working(byId("by-emt"), "Signing…", async () => {
    const held = await ask("/pay/api/topup/emt", { amount: units, currency: byId("currency").value });
    say("good",
      el("p", {}, "Now send the e-transfer to the owner of this box, and write ", el("strong", { class: "mono" }, held.memo), " into it."),
      "It is yours once they have confirmed that it arrived. Send it within 72 hours.");
  });
}

async function byCard(event) {
  event.preventDefault();
  const units = amount();
  if (units === null) return;
  await working(byId("by-card"), "Signing…", async () => {
    const here = `${location.origin}/pay`;
    const page = await ask("/pay/api/topup/card", { amount: units, currency: byId("currency").value, successUrl: here, cancelUrl: here });
    location.assign(page.url);
  });
}

/** Says what somebody passes on of all that they earn: a .fair manifest of their own. */
async function passOn(event) {
  event.preventDefault();
  const [who, share] = [byId("pass-who"), byId("pass-share")];
  for (const input of [who, share]) fieldError(input);
  const ppm = Math.round(Number(share.value.trim().replace(",", ".") || NaN) * 10_000);
  if (!(ppm >= 0 && ppm <= 1_000_000)) return fieldError(share, "Write a share between 0 and 100.");
  const other = who.value.trim();
  if (ppm > 0 && !/^did:imajin:[1-9A-HJ-NP-Za-km-z]{43,44}$/.test(other)) return fieldError(who, "Write their whole address: it begins with did:imajin: and stands on their page.");
  await working(byId("pass-on"), "Signing…", async () => {
    const me = await signer();
    const parts = [[me.did, 1_000_000 - ppm], [other, ppm]].filter(([, part]) => part > 0);
    const contributors = parts.map(([id, part]) => ({ id, weight: part / 1_000_000 }));
    const document = { id: me.did, version: "0.3.0", type: "distribution", contributors, derivesFrom: [], terms: {} };
    const signature = toHex(await signBytes(me.sign, utf8(canonical(document))));
    await submit(me, { service: "pay", op: "pay.fair.publish", body: { manifest: canonical({ ...document, signature, platformSignature: null }) } });
    location.reload();
  });
}

/** Asks for one operation, signs it, and shows what became of it. */
async function signs(button, op, path, json) {
  await working(button, "Signing…", async () => {
    await agree(await signer(), op, "POST", path, json);
    location.reload();
  });
}

/** Asks for credit in money. */
async function askPayout(event) {
  event.preventDefault();
  const [currency, to] = [byId("payout-currency"), byId("payout-to")];
  fieldError(to);
  const units = amount(byId("payout-amount"), Number(currency.selectedOptions[0].dataset.digits));
  if (units === null) return;
  if (!to.value.trim()) return fieldError(to, "Write where the owner of this box shall send it.");
  await signs(byId("ask-payout"), "pay.payout.ask", "/pay/api/payouts", { amount: units, currency: currency.value, to: to.value.trim() });
}

/** Lets somebody spend more than they have. */
async function setLimit(event) {
  event.preventDefault();
  const [who, until] = [byId("limit-who"), byId("limit-until")];
  for (const input of [who, until]) fieldError(input);
  const account = who.value.trim();
  if (!/^did:imajin:[1-9A-HJ-NP-Za-km-z]{43,44}$/.test(account)) return fieldError(who, "Write their whole address: it begins with did:imajin: and stands on their page.");
  const units = amount(byId("limit-amount"));
  if (units === null) return;
  const end = `${until.value}T23:59:59.000Z`;
  if (!(Date.parse(end) > Date.now())) return fieldError(until, "Choose a day that is still to come.");
  await signs(byId("set-limit"), "pay.limit", "/pay/api/limits", { account, currency: byId("limit-currency").value, limit: units, until: end });
}

byId("payout")?.addEventListener("submit", (event) => askPayout(event).catch(sayError));
byId("limit")?.addEventListener("submit", (event) => setLimit(event).catch(sayError));
for (const button of document.querySelectorAll("[data-op]")) {
  const { op, path, json } = button.dataset;
  button.addEventListener("click", () => {
    if (confirm(`${button.textContent}?`)) signs(button, op, path, JSON.parse(json)).catch(sayError);
  });
}
byId("pass").addEventListener("submit", (event) => passOn(event).catch(sayError));
byId("by-emt").addEventListener("click", () => byTransfer().catch(sayError));
byId("put-in").addEventListener("submit", (event) => {
  if (byId("by-card")) byCard(event).catch(sayError);
  else {
    event.preventDefault();
    byTransfer().catch(sayError);
  }
});
byId("onboard")?.addEventListener("click", (event) =>
  working(event.currentTarget, "Opening…", async () => {
    location.assign((await post("/pay/api/connect/onboard", {})).url);
  }));
for (const button of document.querySelectorAll("[data-open]")) {
  button.addEventListener("click", () =>
    working(button, "Opening…", async () => {
      const here = `${location.origin}/pay`;
      const page = await post(`/pay/api/payments/${encodeURIComponent(button.dataset.open)}/open`, { successUrl: here, cancelUrl: here });
      location.assign(page.url);
    }));
}
for (const button of document.querySelectorAll("[data-confirm]")) {
  button.addEventListener("click", () =>
    working(button, "Signing…", async () => {
      await ask("/pay/api/confirm-payment", { id: button.dataset.confirm });
      location.reload();
    }));
}

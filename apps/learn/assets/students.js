// The students of a course, whom their teacher can refund.

import { get } from "../js/api.js";
import { sure } from "../js/form/sure.js";
import { amount as shown } from "../js/money/amount.js";
import { submit } from "../js/proof.js";
import { signer } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, leave, sayError, working } from "../js/ui.js";

const t = await texts("learn");
const { course } = byId("students").dataset;

/** Refunds a student. The signature names everyone who shared in the payment. */
async function refund(button) {
  const { payment, student, amount, currency } = button.dataset;
  if (!(await sure(t("js-refund-sure", { amount: shown(Number(amount), currency) }), button))) return;
  await working(button, t("js-signing"), async () => {
    const me = await signer();
    const receipt = JSON.stringify(await get(`/pay/api/receipts/${payment}`));
    const { node } = await get(`/auth/api/head/${encodeURIComponent(me.did)}`);
    const to = new Set([student, node, ...(receipt.match(/did:imajin:[1-9A-HJ-NP-Za-km-z]{43,44}/g) ?? [])]);
    to.delete(me.did);
    await submit(me, { service: "learn", op: "learn.refund", ref: course, fact: { student, amount: Number(amount), currency, payment }, to: [...to] });
    await leave();
  });
}

for (const button of document.querySelectorAll("[data-payment]")) button.addEventListener("click", () => refund(button).catch(sayError));

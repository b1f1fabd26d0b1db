// One's money: asks for credit, confirms what arrived, begins an account for payouts. What must be
// signed is what the box says would follow, after a look at it.

import { ApiError, post } from "../api.js";
import { submit } from "../proof.js";
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
function amount() {
  const field = byId("amount");
  const [, whole, part = ""] = /^\s*(\d{1,9})(?:[.,](\d{1,2}))?\s*$/.exec(field.value) ?? [];
  const units = Number(whole) * 100 + Number(part.padEnd(2, "0"));
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
      "It is yours once they have said that it arrived; that is waited for 72 hours.");
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

// The Home card of an attestation about the viewer. Confirming adds the viewer's countersignature.

import { confirm } from "../js/confirm.js";
import { signer } from "../js/session.js";
import { texts } from "../js/texts.js";
import { say, working } from "../js/ui.js";

const t = await texts("auth");

for (const button of document.querySelectorAll("[data-confirm][data-jws]")) {
  button.addEventListener("click", () => working(button, t("js-said-signing"), async () => {
    const { confirm: cid, issuer: issuerDid, jws: authorJws } = button.dataset;
    await confirm(await signer(), { cid, issuerDid, authorJws });
    const card = button.closest(".said");
    for (const part of card.querySelectorAll("[data-waits]")) part.remove();
    say("good", t("js-said-done", { name: card.querySelector("[data-name]").textContent }));
  }));
}

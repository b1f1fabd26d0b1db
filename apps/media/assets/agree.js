// Agreeing to what others say that one made: one signature over the very manifest that the page shows.

import { get } from "../js/api.js";
import { canonical } from "../js/jcs.js";
import { agreement, digestOf } from "../js/money/fair.js";
import { submit } from "../js/proof.js";
import { signer } from "../js/session.js";
import { texts } from "../js/texts.js";
import { leave, working } from "../js/ui.js";

const t = await texts("media");

for (const button of document.querySelectorAll("[data-agree]")) {
  button.addEventListener("click", () => working(button, t("js-signing"), async () => {
    const { agree: asset, owner, digest } = button.dataset;
    const { manifest } = await get(`/media/api/assets/${asset}/fair`);
    if ((await digestOf(manifest)) !== digest) throw new Error(t("js-fair-changed"));
    const me = await signer();
    const body = { manifest: canonical(manifest), signature: await agreement(me, manifest) };
    await submit(me, { service: "media", op: "media.fair.agree", ref: digest, body, fact: { dids: [owner] } });
    await leave();
  }));
}

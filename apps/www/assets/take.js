// A person of this box becomes its owner by the code of a box that was released.

import { get } from "../js/api.js";
import { submit } from "../js/proof.js";
import { signer } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, fieldError, sayError, showOnly, working } from "../js/ui.js";
import { checkCode, codeOfAddress } from "./codes.js";

const t = await texts("www");

async function followLink() {
  const code = codeOfAddress();
  if (!code?.claim) return;
  const input = byId("claim");
  input.value = code.claim;
  fieldError(input, (await checkCode({ claim: code.claim })).problem);
}

async function take(event) {
  event.preventDefault();
  const input = byId("claim");
  const code = input.value.trim();
  if (!code) return fieldError(input, t("js-take-code"));
  await working(byId("take"), t("js-signing"), async () => {
    const { problem } = await checkCode({ claim: code });
    fieldError(input, problem);
    if (problem) return;
    const me = await signer();
    const { did: node } = await get("/auth/api/node");
    await submit(me, { service: "auth", op: "auth.node.take", to: [node] }, { headers: { "X-Imajin-Claim": code } });
    byId("handed-to").textContent = t("js-take-yours");
    showOnly(byId("handed"), [byId("choose"), byId("handed")]);
  });
}

byId("form-take").addEventListener("submit", take);
addEventListener("hashchange", () => followLink().catch(sayError));
followLink().catch(sayError);

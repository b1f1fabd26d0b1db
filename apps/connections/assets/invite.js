// Invitations: made and taken back with a signature, passed on as a link or a picture.

import { get, nodeNow, request } from "../js/api.js";
import { toHex } from "../js/base.js";
import { freshCode } from "../js/keys/code.js";
import { submit } from "../js/proof.js";
import { svg } from "../js/qr/draw.js";
import { actor, signer } from "../js/session.js";
import { texts } from "../js/texts.js";
import { ago, byId, copyButton, el, sayError, working } from "../js/ui.js";

const t = await texts("connections");
const api = "/connections/api/invites";
// Codes that only bring people in: made by programs, and by the page of before.
const codes = "/auth/api/invites";

const link = (code) => `${location.origin}/connections/invite/${code}`;
const random = (length) => crypto.getRandomValues(new Uint8Array(length));

async function make(event) {
  event.preventDefault();
  byId("made").hidden = true;
  await working(byId("make"), t("js-signing"), async () => {
    const me = await signer();
    const code = freshCode();
    const fact = { uses: Number(byId("uses").value), vouch: byId("vouch")?.checked ? 1 : 0 };
    await submit(me, { service: "connections", op: "connections.invite", ref: `inv_${toHex(random(12))}`, fact, body: { code } });
    byId("link").textContent = link(code);
    byId("copy").replaceChildren(copyButton(link(code), t("js-the-invitation")));
    byId("code").textContent = code;
    byId("picture").replaceChildren(svg(link(code), t("js-picture")));
    const { invites } = await draw();
    brings(byId("made-brings"), invites.find((invite) => invite.code === code));
    byId("made").hidden = false;
    byId("made").querySelector("h2").focus();
  });
}

/** What an invitation says of whether it brings new people in, by the box's answer. */
const BRINGS = {
  granted: "js-brings-granted",
  allowance: "js-brings-allowance",
  members: "js-brings-members",
  inviter: "js-brings-inviter",
  closed: "js-brings-closed",
};

/** Says whether an invitation brings new people in, or for whom it is. */
function brings(place, { admits }) {
  place.textContent = t(BRINGS[admits], { count: place.dataset.allowance });
}

async function draw() {
  const answer = await get(api);
  const { invites, quota, invited, next } = answer;
  brings(byId("brings"), { admits: next });
  const isOpen = ({ uses, maxUses, expiresAt }) => uses < maxUses && Date.parse(expiresAt) > nodeNow();
  const others = "codes" in byId("invites").dataset ? (await get(codes)).invites.filter(isOpen) : [];
  const open = [...invites.filter((invite) => invite.open), ...others];
  byId("none").hidden = open.length > 0;
  byId("invites").hidden = open.length === 0;
  byId("invites").replaceChildren(...open.map(row));
  const left = quota === null ? Infinity : quota - invited;
  // One person can always be chosen: with no place left, the refusal says why.
  for (const option of [...byId("uses").options].slice(1)) option.disabled = option.hidden = Number(option.value) > left;
  if (byId("uses").selectedOptions[0].disabled) byId("uses").selectedIndex = 0;
  byId("quota").textContent = quota === null ? "" : t("js-quota", { quota, invited });
  return answer;
}

function row(invite) {
  const back = el("button", { type: "button", "aria-label": t("js-take-back-of", { code: invite.code }) }, t("js-take-back"));
  back.addEventListener("click", () =>
    working(back, t("js-signing"), async () => {
      if (invite.id) await submit(await actor(), { service: "connections", op: "connections.invite.withdraw", ref: invite.id });
      else await request("DELETE", `${codes}/${encodeURIComponent(invite.code)}`);
      await draw();
    }));
  const used = t("js-used", { uses: invite.uses, max: invite.maxUses, ends: ago(invite.expiresAt) });
  const whom = !invite.id || invite.admits === "granted" ? [] : [el("br"), el("span", { class: "hint" }, t("js-brings-only"))];
  return el("li", {}, el("div", { class: "row" }, el("div", { class: "grow" }, el("strong", { class: "mono" }, invite.code), el("br"), el("span", { class: "hint" }, used), ...whom), back));
}

byId("form-invite").addEventListener("submit", make);
draw().catch(sayError);

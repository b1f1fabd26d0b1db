// Invitations: the owner of the box makes a code, and passes it on as a link or a picture.

import { get, post, request } from "../js/api.js";
import { svg } from "../js/qr.js";
import { texts } from "../js/texts.js";
import { ago, byId, copyButton, el, sayError, working } from "../js/ui.js";

const t = await texts("www");

const link = (code) => `${location.origin}/create?invite=${code}`;

async function make(event) {
  event.preventDefault();
  await working(byId("make"), t("js-invite-making"), async () => {
    const invite = await post("/auth/api/invites", { maxUses: Number(byId("uses").value) });
    byId("link").textContent = link(invite.code);
    byId("copy").replaceChildren(copyButton(link(invite.code), t("js-invite-it")));
    byId("code").textContent = invite.code;
    byId("picture").replaceChildren(svg(link(invite.code), t("js-invite-code")));
    byId("made").hidden = false;
    byId("made").querySelector("h2").focus();
    await draw();
  });
}

async function draw() {
  const { invites } = await get("/auth/api/invites");
  byId("none").hidden = invites.length > 0;
  byId("invites").hidden = invites.length === 0;
  byId("invites").replaceChildren(...invites.map(row));
}

function row(invite) {
  const back = el("button", { type: "button", "aria-label": t("js-invite-back-it", { code: invite.code }) }, t("js-invite-back"));
  back.addEventListener("click", () =>
    working(back, t("js-invite-taking"), async () => {
      await request("DELETE", `/auth/api/invites/${encodeURIComponent(invite.code)}`);
      await draw();
    }));
  const used = t("js-invite-used", { used: invite.uses, count: invite.maxUses, ago: ago(invite.expiresAt) });
  return el("li", {}, el("div", { class: "row" }, el("div", { class: "grow" }, el("strong", { class: "mono" }, invite.code), el("br"), el("span", { class: "hint" }, used)), back));
}

byId("form-invite").addEventListener("submit", make);
draw().catch(sayError);

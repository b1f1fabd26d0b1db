// Invitations: the owner of the box makes a code, and hands it on as a link or a picture.

import { get, post, request } from "../api.js";
import { svg } from "../qr.js";
import { ago, byId, copyButton, el, sayError, working } from "../ui.js";

const link = (code) => `${location.origin}/create?invite=${code}`;

async function make(event) {
  event.preventDefault();
  await working(byId("make"), "Making it…", async () => {
    const invite = await post("/auth/api/invites", { maxUses: Number(byId("uses").value) });
    byId("link").textContent = link(invite.code);
    byId("copy").replaceChildren(copyButton(link(invite.code), "the invitation"));
    byId("code").textContent = invite.code;
    byId("picture").replaceChildren(svg(link(invite.code), "The invitation as a code for a camera"));
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
  const back = el("button", { type: "button", "aria-label": `Take back the invitation ${invite.code}` }, "Take back");
  back.addEventListener("click", () =>
    working(back, "Taking it back…", async () => {
      await request("DELETE", `/auth/api/invites/${encodeURIComponent(invite.code)}`);
      await draw();
    }));
  const used = `used ${invite.uses} of ${invite.maxUses} times, ends ${ago(invite.expiresAt)}`;
  return el("li", {}, el("div", { class: "row" }, el("div", { class: "grow" }, el("strong", { class: "mono" }, invite.code), el("br"), el("span", { class: "hint" }, used)), back));
}

byId("form-invite").addEventListener("submit", make);
draw().catch(sayError);

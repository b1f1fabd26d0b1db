// One group: inviting, roles, removing, leaving, changing, its end. Each is a signature.

import { get } from "../js/api.js";
import { keepForm } from "../js/form/kept.js";
import { submit } from "../js/proof.js";
import { svg } from "../js/qr/draw.js";
import { actor, signedInDid } from "../js/session.js";
import { texts } from "../js/texts.js";
import { ago, byId, copyButton, el, leave, sayError, working } from "../js/ui.js";
import { inviteInto } from "./group-acts.js";
import "./groups.js";

const t = await texts("connections");
const { group, room, role, visibility } = byId("group").dataset;
// Where what happens to members has consequences: the group's record, and its conversation's if it has one.
const parties = room ? [group, room] : [group];

/** What forgets what was begun in a form, by what the form does. */
const forget = {};

const sign = async (command) => submit(await actor(), { service: "connections", to: [group], ...command });

async function invite(event) {
  event.preventDefault();
  await working(byId("invite"), t("js-signing"), async () => {
    const role = byId("admin")?.checked ? "admin" : "member";
    const { code, link } = await inviteInto(await actor(), group, { uses: Number(byId("uses").value), role });
    byId("link").textContent = link;
    byId("copy").replaceChildren(copyButton(link, t("js-the-invitation")));
    byId("code").textContent = code;
    byId("picture").replaceChildren(svg(link, t("js-picture")));
    byId("made").hidden = false;
    byId("made").querySelector("h2").focus();
    await drawInvites();
  });
}

async function drawInvites() {
  const { invites } = await get(`/connections/api/groups/${group}/invites`);
  byId("invites").hidden = invites.length === 0;
  byId("invites").replaceChildren(...invites.map(inviteRow));
}

function inviteRow({ id, code, uses, maxUses, expiresAt }) {
  const back = el("button", { type: "button", "aria-label": t("js-take-back-of", { code }) }, t("js-take-back"));
  back.addEventListener("click", () =>
    working(back, t("js-signing"), async () => {
      await sign({ op: "connections.group.invite.withdraw", ref: id, fact: { group } });
      await drawInvites();
    }));
  const used = t("js-used", { uses, max: maxUses, ends: ago(expiresAt) });
  return el("li", {}, el("div", { class: "row" }, el("div", { class: "grow" }, el("strong", { class: "mono" }, code), el("br"), el("span", { class: "hint" }, used)), back));
}

function bindMember(row) {
  const { did } = row.dataset;
  const me = signedInDid();
  const acts = {
    remove: { op: "connections.group.remove", fact: { dids: [did] } },
    admin: { op: "connections.group.role", fact: { dids: [did], role: "admin" } },
    member: { op: "connections.group.role", fact: { dids: [did], role: "member" } },
    offer: { op: "connections.group.offer", fact: { dids: [did] } },
    // Offered to its owner, it stays where it is.
    keep: { op: "connections.group.offer", fact: { dids: [me] }, to: parties },
  };
  for (const button of row.querySelectorAll("[data-do]")) {
    const act = acts[button.dataset.do];
    button.addEventListener("click", () =>
      working(button, t("js-signing"), async () => {
        await sign({ ref: group, to: [...parties, did], ...act });
        await leave();
      }));
  }
}

async function change(event) {
  event.preventDefault();
  await working(byId("change"), t("js-signing"), async () => {
    const about = byId("new-about").value.trim();
    const body = { name: byId("new-name").value.trim(), ...(about && { about }) };
    const seen = byId("public") ? (byId("public").checked ? "public" : "private") : visibility;
    await sign({ op: "connections.group.update", ref: group, fact: { visibility: seen }, body });
    forget.change();
    await leave();
  });
}

async function take(event) {
  event.preventDefault();
  await working(byId("take"), t("js-signing"), async () => {
    const about = byId("take-about").value.trim();
    const body = { name: byId("take-name").value.trim(), ...(about && { about }) };
    const { owner } = byId("form-take").dataset;
    await sign({ op: "connections.group.take", ref: group, body, to: owner ? [...parties, owner] : parties });
    forget.take();
    await leave();
  });
}

function ask(show) {
  byId("sure").hidden = !show;
  byId("end").hidden = show;
  byId(show ? "really" : "end").focus();
}

if (signedInDid() && role) {
  byId("form-invite")?.addEventListener("submit", invite);
  for (const [name, act] of Object.entries({ change, take })) {
    const form = byId(`form-${name}`);
    form?.addEventListener("submit", act);
    forget[name] = form && keepForm(form);
  }
  for (const row of document.querySelectorAll(".member")) bindMember(row);
  byId("end").addEventListener("click", () => ask(true));
  byId("stay").addEventListener("click", () => ask(false));
  byId("really").addEventListener("click", () =>
    working(byId("really"), t("js-signing"), async () => {
      await sign({ op: role === "owner" ? "connections.group.dissolve" : "connections.group.leave", ref: group, to: parties });
      await leave("/connections/groups");
    }));
  if (byId("invites")) drawInvites().catch(sayError);
}

// A new conversation: finds people by name, asks whom of a group it is for, opens it and goes there. A new group begins here, too.

import { texts } from "../js/texts.js";
import { byId, el, leave, working } from "../js/ui.js";
import { openNew } from "./acts.js";
import { begin, storeHere } from "./here.js";
import { askWhere } from "./sending.js";

const t = await texts("chat");
const me = document.documentElement.dataset.did;
const rows = () => [...document.querySelectorAll(".choices > li")];

byId("find")?.addEventListener("input", ({ currentTarget }) => {
  const words = currentTarget.value.trim().toLowerCase();
  for (const row of rows()) row.hidden = !row.textContent.toLowerCase().includes(words);
  byId("find-none").hidden = rows().some((row) => !row.hidden);
});

/** A member, to be ticked. Those who open a group's conversation and its owner are always in it. */
function ticked({ did, role, name }) {
  const isFixed = did === me || role === "owner";
  const input = el("input", { type: "checkbox", checked: true, disabled: isFixed, "data-did": did, "data-role": role });
  return el("li", {}, el("label", { class: "check" }, input, el("span", { dir: "auto" }, did === me ? t("js-you") : name)));
}

/** Asks for whom the conversation of a group is: its members, or null. */
function choose(members) {
  const go = el("button", { type: "submit", class: "main" }, t("js-new-open"));
  const cancel = el("button", { type: "button" }, t("js-cancel"));
  const list = el("ul", { class: "plain" }, members.map(ticked));
  const form = el("form", { method: "dialog" }, el("h2", { id: "choose-title" }, t("js-new-who")), el("p", {}, t("js-new-why")), list, el("div", { class: "actions" }, go, cancel));
  const dialog = el("dialog", { class: "card sheet-dialog", "aria-labelledby": "choose-title" }, form);
  document.body.append(dialog);
  return new Promise((resolve) => {
    let chosen = null;
    form.addEventListener("submit", () => {
      chosen = [...list.querySelectorAll("input:checked")].map(({ dataset }) => ({ did: dataset.did, role: dataset.role }));
    });
    cancel.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(chosen);
    });
    dialog.showModal();
  });
}

async function membersFor(button) {
  const { kind, of } = button.dataset;
  if (kind === "with") return [me, of].map((did) => ({ did, role: "member" }));
  if (kind === "event") return [{ did: me, role: "owner" }];
  return choose(JSON.parse(button.closest("li").dataset.members));
}

/** The person here, with their outbox. */
async function ready() {
  const here = await begin(await storeHere());
  if (here.problem) throw new Error(t(here.problem.message, { known: "no", who: "" }));
  return here;
}

/** Opens a conversation, unless there is one. */
async function openOnce(me, members, about) {
  try {
    await openNew({ me, members, about });
  } catch (error) {
    if (error.problem?.reason !== "exists") throw error.message.startsWith("js-") ? new Error(t(error.message)) : error;
  }
}

const goTo = (name) => leave(`/chat/${name}${location.hash}`);

async function open(button) {
  const { kind, of, name } = button.dataset;
  const members = await membersFor(button);
  if (!members) return;
  const { me: writer } = await ready();
  await openOnce(writer, members, { [kind]: of });
  await goTo(name);
}

const contacts = () => rows().filter(({ dataset }) => dataset.person).map((row) => ({ did: row.dataset.person, name: row.querySelector(".called").textContent }));
let dialog = null;
let maker = null;

async function createGroup() {
  const { GroupDialog, GroupMaker } = await import("./new-group.js");
  dialog ??= new GroupDialog(contacts());
  const wanted = await dialog.ask();
  if (!wanted) return;
  if (!maker) {
    const { me: writer, outbox } = await ready();
    maker = new GroupMaker({ me: writer, outbox, open: (members, about) => openOnce(writer, members, about) });
  }
  await goTo(await maker.create(wanted));
}

for (const button of document.querySelectorAll(".choices button")) {
  button.addEventListener("click", () => working(button, t("js-new-opening"), () => open(button)));
}
byId("new-group")?.addEventListener("click", ({ currentTarget }) => working(currentTarget, t("js-new-opening"), createGroup));
askWhere();
if (new URLSearchParams(location.search).has("with")) byId("find")?.closest(".field").setAttribute("hidden", "");

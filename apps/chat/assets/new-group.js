// A new group: asks for its name and its people, creates it with a conversation, and invites each of them in the conversation with them.

import { createGroup, inviteInto } from "../connections/group-acts.js";
import { post } from "../js/api.js";
import { submit } from "../js/proof.js";
import { texts } from "../js/texts.js";
import { el } from "../js/ui.js";
import { directName, groupName } from "./room/turns.js";

const t = await texts("chat");

/** Asks for a group: `{name, dids}`, or null. It can be opened again, and has what was chosen before. */
export class GroupDialog {
  #name = el("input", { id: "group-name", type: "text", maxlength: "80", required: true, autocomplete: "off" });
  #list = el("ul", { class: "plain" });
  #dialog = el("dialog", { class: "card sheet-dialog", "aria-labelledby": "group-title" });

  /** `contacts` are `{did, name}`. */
  constructor(contacts) {
    const row = ({ did, name }) => el("li", {}, el("label", { class: "check" }, el("input", { type: "checkbox", value: did }), el("span", { dir: "auto" }, name)));
    this.#list.append(...contacts.map(row));
    const field = el("div", { class: "field" }, el("label", { for: "group-name" }, t("js-group-name")), this.#name);
    const who = el("fieldset", {}, el("legend", {}, t("js-group-who")), el("p", { class: "hint" }, t("js-group-why")), this.#list);
    const cancel = el("button", { type: "button", onclick: () => this.#dialog.close() }, t("js-cancel"));
    const buttons = el("div", { class: "actions" }, el("button", { type: "submit", class: "main", value: "create" }, t("js-group-create")), cancel);
    this.#dialog.append(el("form", { method: "dialog" }, el("h2", { id: "group-title" }, t("js-group")), field, who, buttons));
    document.body.append(this.#dialog);
  }

  ask() {
    this.#dialog.returnValue = "";
    this.#dialog.showModal();
    const dids = () => [...this.#list.querySelectorAll("input:checked")].map(({ value }) => value);
    const answer = () => (this.#dialog.returnValue === "create" ? { name: this.#name.value.trim(), dids: dids() } : null);
    return new Promise((resolve) => this.#dialog.addEventListener("close", () => resolve(answer()), { once: true }));
  }
}

/** Creates one group. After a failure `create` continues where it stopped. */
export class GroupMaker {
  #group = null;
  #asked = new Set();

  /** `open(members, about)` opens a conversation unless there is one; `ask` and `enter` are requests to the box. */
  constructor({ me, outbox, open, ask = post, enter = submit }) {
    Object.assign(this, { me, outbox, open, ask, enter });
  }

  /** Returns the name of the group's conversation. */
  async create({ name, dids }) {
    this.#group ??= (await this.ask("/connections/api/groups/key", {})).group;
    await this.#enterGroup({ fact: { kind: "group", visibility: "private" }, body: { name } });
    await this.open([{ did: this.me.did, role: "owner" }], { group: this.#group });
    for (const did of dids) if (!this.#asked.has(did)) await this.#invite(did, name);
    // The page is left next, and one that is left in the middle of sending may fail anywhere.
    await this.outbox.settled();
    return groupName(this.#group);
  }

  async #enterGroup(words) {
    try {
      await createGroup(this.me, this.#group, words, this.enter);
    } catch (error) {
      // An earlier try created it.
      if (error.problem?.reason !== "exists") throw error;
    }
  }

  /** An invitation is for one person: one that is passed on lets nobody in besides. */
  async #invite(did, name) {
    await this.open([this.me.did, did].map((member) => ({ did: member, role: "member" })), { with: did });
    const { link } = await inviteInto(this.me, this.#group, {}, this.enter);
    await this.outbox.send(await directName(this.me.did, did), { type: "text", text: t("js-group-ask", { name, link }) });
    this.#asked.add(did);
  }
}

// The details of a conversation, as a sheet: who is in, of what kind, with whom keys were compared; comparing; what one chooses for it.

import { texts } from "../js/texts.js";
import { address, byId, el, say, sayError, working } from "../js/ui.js";
import { offerCamera } from "../js/scan.js";
import { svg } from "../js/qr/draw.js";
import { codeOf, digits, pin, readCode } from "./acts.js";
import { choose } from "./deeds.js";

const t = await texts("chat");

const ROLES = { owner: "js-role-owner", admin: "js-role-admin" };

/** Shows it. `talk` is the page's conversation; with `did` it is about one person. */
export function openAbout(talk, did = null) {
  const dialog = el("dialog", { class: "card sheet-dialog", "aria-labelledby": "about-title" });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  const sheet = new About(talk, dialog);
  if (did) sheet.person(did);
  else sheet.all();
  dialog.showModal();
}

class About {
  constructor(talk, dialog) {
    Object.assign(this, { talk, dialog, people: talk.people, me: talk.me.did });
  }

  get view() {
    return this.talk.conversation.view;
  }

  draw(title, ...content) {
    const close = el("button", { type: "button", onclick: () => this.dialog.close() }, t("js-close"));
    this.dialog.replaceChildren(el("h2", { id: "about-title", tabindex: "-1", dir: "auto" }, title), ...content.flat().filter(Boolean), el("div", { class: "actions" }, close));
    byId("about-title").focus();
  }

  all() {
    const { view, talk } = this;
    const { dataset } = talk.root;
    const mute = this.button(dataset.mute === "1" ? "js-unmute" : "js-mute", async () => {
      await choose(talk, { mute: dataset.mute === "1" ? 0 : 1 });
      this.all();
    });
    const receipts = el("input", { type: "checkbox", checked: dataset.receipts === "1" });
    receipts.addEventListener("change", () => choose(talk, { receipts: receipts.checked ? 1 : 0 }).catch((error) => {
      receipts.checked = dataset.receipts === "1";
      sayError(error);
    }));
    this.draw(
      dataset.called,
      el("h3", {}, t("js-members", { count: view.members.length })),
      el("ul", { class: "rows members" }, view.members.map((one) => this.row(one))),
      view.kind === "dm" ? null : el("p", {}, el("a", { href: dataset.page }, t("js-page-of"))),
      el("p", {}, mute),
      el("p", { class: "hint" }, t("js-mute-why")),
      el("label", { class: "check" }, receipts, el("span", {}, t("js-receipts"))),
      this.forget(),
    );
  }

  row({ did, role, compared }) {
    const { people } = this;
    const name = did === this.me ? t("js-you") : people.called(did);
    const tags = [people.kindOf(did), ROLES[role] && t(ROLES[role]), compared && t("js-compared")].filter(Boolean);
    const inner = [people.face(did), el("span", { class: "about" }, el("span", { class: "called", dir: "auto" }, name), tags.flatMap((words) => [" ", el("span", { class: "tag" }, words)]))].flat();
    return el("li", {}, did === this.me ? el("span", { class: "line" }, inner) : el("button", { type: "button", class: "line", onclick: () => this.person(did) }, inner));
  }

  /** Who somebody is. */
  person(did) {
    const { people, view } = this;
    const one = view.members.find((member) => member.did === did);
    const href = people.get(did)?.href;
    const hasKey = this.talk.conversation.report.people.has(did);
    const compare = this.button("js-compare", () => this.compare(did));
    this.draw(
      people.called(did),
      el("p", {}, people.kindOf(did) ? el("span", { class: "tag" }, people.kindOf(did)) : null, one?.compared ? el("span", { class: "tag good" }, t("js-compared")) : null),
      el("p", {}, address(did)),
      href ? el("p", {}, el("a", { href }, t("js-page"))) : null,
      hasKey && this.me !== did ? el("p", {}, compare) : el("p", { class: "soft" }, t("js-compare-none", { who: people.called(did) })),
    );
  }

  button(words, act, kind = null) {
    const made = el("button", { type: "button", class: kind }, t(words));
    made.addEventListener("click", () => working(made, t("js-saving"), act));
    return made;
  }

  /** Comparing keys with somebody: by each other's code, or by sixty digits. */
  async compare(did) {
    const { conversation, me } = this.talk;
    await conversation.refresh({ fresh: [did] });
    const { report } = conversation;
    if (report.stop) return this.dialog.close();
    const who = this.people.called(did);
    const groups = await digits(report, this.me, did);
    if (!groups) return this.draw(who, el("p", {}, t("js-compare-none", { who })));
    const result = el("div", { id: "compared", role: "status" });
    const tell = (kind, message) => result.replaceChildren(el("p", { class: `notice ${kind}` }, t(message, { who })));
    const note = async (how) => {
      await pin(conversation.report, me, did, how);
      await conversation.refresh();
      this.talk.draw();
      tell("good", "js-compare-same");
    };
    const match = this.button("js-compare-match", () => note("digits"));
    const scan = el("button", { type: "button", hidden: true }, t("js-compare-scan"));
    const scanned = async (text) => {
      await conversation.refresh({ fresh: [did] });
      const found = readCode(text, conversation.report, did, (seq) => conversation.cidAt(seq));
      if (found === "same") await note("code");
      else tell("bad", found === "other" ? "js-compare-other" : "js-compare-unknown");
    };
    this.draw(
      t("js-compare-of", { who }),
      el("p", {}, t("js-compare-why")),
      el("h3", {}, t("js-compare-digits")),
      el("p", { class: "digits" }, groups.flatMap((group) => [el("span", {}, group), " "])),
      el("p", {}, match),
      result,
      el("div", { class: "qrs" }, svg(codeOf(report, this.me), t("js-compare-code", { who }))),
      el("p", {}, scan),
    );
    return offerCamera(scan, () => true, (text) => scanned(text).catch(sayError));
  }

  /** Deleting all of your own here, asked twice. */
  forget() {
    const sure = this.button("js-forget-sure", async () => {
      await this.talk.acts.forget();
      this.dialog.close();
      await this.talk.refresh();
      say("good", t("js-forgotten"));
    }, "danger");
    return el("details", {}, el("summary", {}, t("js-forget")), el("p", {}, t("js-forget-why")), sure);
  }
}

// The menu of a message: react, reply, edit, copy, forward, delete, hide, show the author; or send again.

import { texts } from "../js/texts.js";
import { el } from "../js/ui.js";
import { canAnswer } from "./messages.js";

const t = await texts("chat");

/** The kinds of messages that can be forwarded. */
const FORWARDED = ["text", "media", "voice"];
const REACTIONS = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

/**
 * Opens it for a message. `may` is `{write, lead}`; `act(what, message)` does `react` (with `emoji`), `reply`, `edit`, `copy`, `forward`,
 * `delete`, `hide`, `who`, `retry`, `back`.
 */
export function openMenu(one, may, act) {
  const dialog = el("dialog", { class: "card sheet-dialog menu", "aria-label": t("js-more") });
  const done = (what, with_ = {}) => {
    dialog.close();
    act(what, { ...one, ...with_ });
  };
  const item = (what, words, extra = {}) => el("li", {}, el("button", { type: "button", onclick: () => done(what), ...extra }, words));
  const isHere = one.text !== null;
  const isEntered = !one.sending;
  const canSay = may.write && canAnswer(one);
  const faces = canSay ? el("div", { class: "faces" }, REACTIONS.map((emoji) => el("button", { type: "button", "aria-label": t("js-react", { text: emoji }), onclick: () => done("react", { emoji }) }, emoji))) : null;
  const remove = el("button", { type: "button", class: "danger" }, t("js-delete"));
  remove.addEventListener("click", () => {
    // Asked once more, in the same place.
    if (remove.dataset.sure) return done("delete");
    remove.dataset.sure = "yes";
    remove.textContent = t("js-delete-sure");
    return undefined;
  });
  const items = [
    canSay ? item("reply", t("js-reply")) : null,
    canSay && one.mine && one.kind === "text" ? item("edit", t("js-edit")) : null,
    isHere && one.text ? item("copy", t("js-copy-text")) : null,
    isEntered && isHere && FORWARDED.includes(one.kind) ? item("forward", t("js-forward")) : null,
    one.sending === "held" ? item("retry", t("js-retry")) : null,
    one.sending && one.sending !== "sending" ? item("back", t("js-take-back")) : null,
    isEntered && !one.mine ? item("who", t("js-who")) : null,
    isEntered && isHere && one.mine && may.write ? el("li", {}, remove) : null,
    isEntered && isHere && !one.mine && may.lead ? item("hide", t("js-hide"), { class: "danger" }) : null,
    el("li", {}, el("button", { type: "button", onclick: () => dialog.close() }, t("js-close"))),
  ];
  dialog.append(...[faces].filter(Boolean), el("ul", { class: "plain" }, items.filter(Boolean)));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

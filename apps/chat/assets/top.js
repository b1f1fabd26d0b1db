// The area above the messages: whether the conversation is encrypted and if not why, problems, and open decisions.

import { lang, texts } from "../js/texts.js";
import { byId, el, saveFile, working } from "../js/ui.js";
import { naming } from "./problems.js";
import { SEALED_MEMBERS_MAX } from "./view.js";

const t = await texts("chat");

const LETTING_IN_MAX = 20;

/** Draws an element's content again only if it says something else than before: screen readers hear it once. */
function draw(place, key, content) {
  if (place.dataset.key === key) return;
  place.dataset.key = key;
  place.replaceChildren(...content().flat().filter(Boolean));
}

/** `view`, and the DIDs of those who are in without a key. `act.seal()` makes the first secret. */
export function drawSeal(view, keyless, people, act) {
  const place = byId("seal");
  const names = keyless.slice(0, 4).map((did) => people.called(did));
  const isCompared = view.kind === "dm" && view.members.some(({ compared }) => compared);
  draw(place, JSON.stringify([view.sealed, isCompared, view.kind, names, view.needs.seal, view.members.length]), () => {
    place.classList.toggle("is-sealed", view.sealed);
    if (view.sealed) return [el("span", { class: "lock", "aria-hidden": "true" }), t("js-sealed"), isCompared ? [" ", el("span", { class: "tag good" }, t("js-compared"))] : null];
    return [t("js-plain"), " ", whyPlain(view, names), view.needs.seal ? [" ", sealButton(act)] : null];
  });
}

function whyPlain(view, names) {
  if (view.kind === "event") return t("js-plain-event");
  if (names.length) return t("js-plain-keyless", { who: new Intl.ListFormat(lang).format(names) });
  if (view.members.length > SEALED_MEMBERS_MAX) return t("js-plain-large");
  return view.needs.seal ? t("js-plain-could") : null;
}

function sealButton(act) {
  const button = el("button", { type: "button", class: "link" }, t("js-plain-seal"));
  button.addEventListener("click", () => working(button, t("js-plain-sealing"), act.seal));
  return button;
}

/** The red bar: what is wrong, what to do, and the evidence as a file. */
export function drawAlarm(problem, people, evidence) {
  const place = byId("alarm");
  draw(place, JSON.stringify(problem ?? null), () => {
    if (!problem) return [];
    const save = () => saveFile("evidence.json", "application/json", JSON.stringify(evidence(), null, 1));
    const button = evidence ? el("button", { type: "button", onclick: save }, t("js-evidence")) : null;
    const said = el("strong", {}, t(problem.message, naming(problem, (did) => people.nameOf(did))));
    return [el("div", { class: "alarm", role: "alert", "data-code": problem.code }, el("p", {}, said), el("p", {}, t(problem.advice)), button)];
  });
}

/**
 * What waits for a decision. `asks` has `request` (`open`, `asked` or none), `other`, `joined` (people who are in the group and were not
 * let in). `act` has `accept`, `decline`, `block`, `letIn(person)`.
 */
export function drawAsks(view, asks, people, act) {
  const place = byId("asks");
  const joined = view.leads && !view.problem ? asks.joined.slice(0, LETTING_IN_MAX) : [];
  const key = JSON.stringify([asks.request, asks.other, joined.map(({ did }) => did), view.notice, view.newer]);
  draw(place, key, () => [
    asks.request === "open" ? request(people.called(asks.other), act) : null,
    asks.request === "asked" ? el("p", { class: "notice" }, t("js-asked", { who: people.called(asks.other) })) : null,
    view.notice ? el("p", { class: "notice" }, t(view.notice.message, naming(view.notice, (did) => people.nameOf(did)))) : null,
    view.newer ? el("p", { class: "notice" }, t("js-newer")) : null,
    joined.map((person) => letIn(person, act)),
  ]);
}

function request(who, act) {
  const button = (words, go, kind) => {
    const made = el("button", { type: "button", class: kind }, words);
    made.addEventListener("click", () => working(made, t("js-saving"), go));
    return made;
  };
  const buttons = [button(t("js-asks-accept"), act.accept, "main"), button(t("js-asks-decline"), act.decline, null), button(t("js-asks-block"), act.block, "danger")];
  return el("div", { class: "notice" }, el("p", {}, t("js-asks", { who })), el("p", { class: "hint" }, t("js-asks-why")), el("div", { class: "actions" }, buttons));
}

function letIn(person, act) {
  const button = el("button", { type: "button" }, t("js-let-in-go", { who: person.name }));
  button.addEventListener("click", () => working(button, t("js-letting-in"), () => act.letIn(person)));
  return el("div", { class: "notice" }, el("p", {}, t("js-let-in", { who: person.name })), button);
}

// Editing one's links: each change is one signed operation.

import { get } from "../js/api.js";
import { submit } from "../js/proof.js";
import { actor, signedInDid } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, el, fieldError, say, sayError, working } from "../js/ui.js";

const t = await texts("links");
let links = [];

/** A new link's id: itm_ and 12 random bytes. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `itm_${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

const change = async (op, draft) => submit(await actor(), { service: "links", op, ...draft });

async function load() {
  const answer = await get(`/links/api/items?owner=${encodeURIComponent(signedInDid())}`);
  links = answer.links;
  byId("links").replaceChildren(...links.map(row));
}

function row(link, place) {
  const move = (text, to) =>
    el("button", { type: "button", disabled: to < 0 || to >= links.length, "aria-label": t("js-of-link", { text, title: link.title }), onclick: (event) => sort(event.target, place, to) }, text);
  const remove = el("button", { type: "button", "aria-label": t("js-of-link", { text: t("js-remove"), title: link.title }), onclick: (event) => take(event.target, link) }, t("js-remove"));
  return el(
    "li",
    { "data-link": link.id },
    el("h3", {}, link.title),
    el("p", { class: "hint" }, [link.url, t("js-seen", { visibility: link.visibility }), t("js-clicks", { count: link.clicks ?? 0 })].join(" · ")),
    link.note ? el("p", {}, link.note) : null,
    el("div", { class: "actions" }, move(t("js-up"), place - 1), move(t("js-down"), place + 1), remove),
  );
}

async function sort(button, from, to) {
  await working(button, t("js-signing"), async () => {
    const order = links.map((link) => link.id);
    order.splice(to, 0, ...order.splice(from, 1));
    await change("links.sort", { body: { order } });
    await load();
  });
}

async function take(button, link) {
  if (!confirm(t("js-remove-sure", { title: link.title }))) return;
  await working(button, t("js-signing"), async () => {
    await change("links.remove", { ref: link.id });
    await load();
    say("good", t("js-removed"));
  });
}

async function add(event) {
  event.preventDefault();
  const form = event.target;
  const url = byId("url");
  fieldError(url);
  if (!/^(https?:\/\/|mailto:)\S+$/.test(url.value.trim())) {
    fieldError(url, t("js-whole-link"));
    return;
  }
  await working(byId("save"), t("js-saving"), async () => {
    const body = { title: byId("title").value.trim(), url: url.value.trim() };
    const note = byId("note").value.trim();
    if (note) body.note = note;
    await change("links.put", { ref: newId(), body, fact: { visibility: byId("visibility").value } });
    form.reset();
    await load();
    say("good", t("js-added"));
  });
}

byId("form-link").addEventListener("submit", add);
load().catch(sayError);

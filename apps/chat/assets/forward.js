// Forwarding: a message goes to another conversation as a new one of its sender's, with new encryption. It says neither who wrote it nor where.

import { page } from "../js/api.js";
import { texts } from "../js/texts.js";
import { el, leave, working } from "../js/ui.js";
import { spoken } from "./deeds.js";
import { mimeOf, nameOf } from "./file-names.js";
import { giveFile, takeFile } from "./files.js";
import { Held } from "./write.js";

const t = await texts("chat");

/** Bars of a voice note's waveform at most. */
const BARS = 48;

/** What a message says of its file besides the name, as far as it has the form that this version writes: nothing else is passed on. */
function detailsOf({ mime, width, height, ms, wave }) {
  const numbers = Object.entries({ width, height, ms }).filter(([, value]) => Number.isSafeInteger(value));
  const bars = Array.isArray(wave) ? { wave: wave.slice(0, BARS).filter(Number.isSafeInteger) } : {};
  return { mime: mimeOf(mime), ...Object.fromEntries(numbers), ...bars };
}

/** A message as a new one for the conversation of `view`. Its file gets another key. */
export async function copyOf(one, me, view, { take = takeFile, give = giveFile } = {}) {
  const media = one.json?.media;
  if (!media || one.kind === "text") return { type: "text", text: one.text };
  const file = await take(one, media, Infinity).catch(() => {
    throw new Error(t("js-file-gone"));
  });
  const copy = await give(me, view, file, { name: nameOf(media.name ?? ""), ...detailsOf(media) });
  return { type: one.kind, ...(one.text && { text: one.text }), media: copy };
}

/** The copy for the conversation of this name, once that was checked. */
async function copyFor({ me, conversationOf }, one, name) {
  const conversation = await conversationOf(name);
  await conversation.refresh();
  const { view } = conversation;
  if (view.problem) throw new Held("js-held-stopped");
  return copyOf(one, me, view);
}

/** The rows of the other conversations, as the box draws them: they say which ones are encrypted. */
async function others(here) {
  const rows = [...((await page("/chat"))?.querySelectorAll("#chats > li[data-name]") ?? [])];
  return rows.filter(({ dataset }) => dataset.name !== here && !dataset.asks);
}

/** Asks for the conversation that gets a message, sends it, and goes there. */
export async function forward(talk, one) {
  const rows = await others(talk.name);
  const problem = el("div", { role: "alert" });
  const go = async (name) => {
    problem.replaceChildren();
    list.inert = true;
    try {
      const copy = await copyFor(talk, one, name);
      if (!dialog.open) return;
      await talk.outbox.send(name, copy);
      dialog.close();
      await leave(`/chat/${name}`);
    } catch (error) {
      problem.replaceChildren(el("p", { class: "notice bad" }, spoken(error).message));
    } finally {
      list.inert = false;
    }
  };
  const choice = (row) => {
    const button = el("button", { type: "button", onclick: () => working(button, t("js-sending"), () => go(row.dataset.name)) });
    button.append(...[...row.querySelectorAll(".avatar, .about")].map((part) => document.importNode(part, true)));
    return el("li", {}, button);
  };
  const list = rows.length ? el("ul", { class: "rows chats" }, rows.map(choice)) : el("p", { class: "soft" }, t("js-forward-none"));
  const title = el("h2", { id: "forward-title" }, t("js-forward-to"));
  const cancel = el("button", { type: "button", onclick: () => dialog.close() }, t("js-cancel"));
  const dialog = el("dialog", { class: "card sheet-dialog", "aria-labelledby": "forward-title" }, title, el("p", { class: "hint" }, t("js-forward-why")), problem, list, el("div", { class: "actions" }, cancel));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

// User actions in a conversation besides writing: on a message, on a request, on new members of the group, and
// settings.

import { submit } from "../js/proof.js";
import { texts } from "../js/texts.js";
import { byId, leave, say, sayError } from "../js/ui.js";
import { takeBack } from "./files.js";
import { openMenu } from "./menu.js";
import { inWords } from "./messages.js";
import { bare, withEdits } from "./view.js";

const t = await texts("chat");

/** An error whose message may be the id of one. */
export const spoken = (error) => (error.message?.startsWith("js-") ? new Error(t(error.message)) : error);

/** Reacts to a message, or takes that back. */
async function react({ outbox, name, conversation }, { id, emoji }) {
  const now = conversation.view.messages.find((one) => one.id === id)?.reactions.find(({ text }) => bare(text) === bare(emoji));
  if (!now?.own.length) return outbox.send(name, { type: "reaction", text: emoji }, id);
  for (const own of now.own) await outbox.send(name, { type: "reaction.end" }, own);
  return undefined;
}

/** Does something and shows the result. */
async function change(talk, act) {
  await act();
  await talk.refresh();
}

/** Does something with a message and with what it was changed to. */
async function withAll({ conversation }, one, act) {
  for (const id of withEdits(conversation.report, one)) await act(id);
}

/** Deletes a message; its file goes with it, unless another message here brings the same one. */
async function remove(talk, one) {
  await change(talk, () => withAll(talk, one, talk.acts.remove));
  const { me, conversation } = talk;
  const media = one.json?.media;
  const isThere = conversation.view.messages.some(({ from, json }) => from === me.did && json?.media?.cid === media?.cid);
  if (typeof media?.cid === "string" && !isThere) await takeBack(me, conversation.report.log, media);
}

/** What somebody does with a message, by the words of `menu.js` and `messages.js`. */
export async function does(talk, what, one) {
  const { acts, compose, messages, outbox, people } = talk;
  const mayWrite = !byId("compose").hidden;
  const deeds = {
    menu: () => {
      const { leads, kind } = talk.conversation.view;
      openMenu(one, { write: mayWrite, lead: leads && kind !== "dm" }, (next, about) => does(talk, next, about));
    },
    reply: () => mayWrite && compose.reply({ ...one, text: inWords(one) }, one.mine ? t("js-you") : people.called(one.from)),
    edit: () => compose.edit(one),
    quoted: () => talk.place.show(messages.element(one.re)),
    react: () => mayWrite && react(talk, one),
    copy: async () => {
      await navigator.clipboard.writeText(one.text);
      say("good", t("js-copied"));
    },
    forward: async () => (await import("./forward.js")).forward(talk, one),
    delete: () => remove(talk, one),
    hide: () => change(talk, () => withAll(talk, one, acts.hide)),
    retry: () => outbox.retry(one.id),
    // A text that is being written stays, and this one follows it.
    back: async () => compose.append((await outbox.remove(one.id))?.text ?? ""),
    who: () => talk.about(one.from),
  };
  try {
    await deeds[what]();
  } catch (error) {
    sayError(spoken(error));
  }
}

/** Seals a conversation that was readable: its first secret. */
export function seal(talk) {
  return change(talk, () => talk.outbox.makeEpoch(talk.conversation));
}

/** What somebody answers to what is asked above the messages. */
export function answersOf(talk) {
  const { acts, conversation, me, root } = talk;
  const answer = (act, goesBack) => async () => {
    await act();
    await leave(goesBack ? "/chat" : undefined);
  };
  const other = root.dataset.with;
  return {
    accept: answer(() => acts.accept(other)),
    decline: answer(() => acts.decline(other), true),
    block: answer(() => acts.block(other), true),
    letIn: async ({ did, theirs }) => {
      const { members, turns } = conversation.report;
      // Only the owner can add a person with a leading role.
      const role = theirs === "admin" && members.get(me.did) === "owner" ? "admin" : "member";
      await change(talk, () => acts.admit([did], role, turns));
    },
  };
}

/** Chooses for this conversation: all four are said at once. */
export async function choose({ me, root: { dataset } }, wishes) {
  const fact = { requests: dataset.requests, receipts: Number(dataset.receipts), presence: Number(dataset.presence), mute: Number(dataset.mute), ...wishes };
  await submit(me, { service: "chat", op: "chat.settings", ref: dataset.log, fact });
  for (const [key, value] of Object.entries(fact)) dataset[key] = value;
}

// The view of a conversation as plain values: the verification report, with edits and reactions in their messages.
// Requests nothing and draws nothing.

import { renewalOf, stateOf, stopOf } from "./problems.js";
import { leads } from "./room/ops.js";

export const SEALED_MEMBERS_MAX = 256;

/**
 * `{name, log, kind, sealed, newer, problem, notice, members: [{did, role, compared}], leads, messages, unread, needs}`. Of the messages
 * each is `{id, seq,
 * at, from, mine, signed, via, state, message, kind, text, json, re, edited, reactions: [{text, from: [did], own: [id]}], readBy: [did]}`.
 */
export function viewOf(report, { me, name, kind, read = -1 }) {
  const messages = said(report, me);
  return {
    name,
    log: report.log,
    kind,
    sealed: report.sealed,
    newer: report.newer,
    problem: report.stop && stopOf(report.stop),
    notice: report.renew && renewalOf(report.renew),
    members: [...report.members].map(([did, role]) => ({ did, role, compared: did in report.own.pins })),
    leads: leads(report.members.get(me)),
    messages,
    unread: messages.filter((one) => one.seq > read && !one.mine).length,
    needs: { epoch: epochWanted(report, me), keyring: lacking(report, me).length > 0, seal: couldSeal(report, kind) },
  };
}

/** The messages that stand for themselves, with what others say of them. */
function said(report, me) {
  const shown = new Map();
  for (const one of report.messages) {
    const about = shown.get(one.re);
    if (one.said?.kind === "edit") {
      if (about?.text !== null && about) Object.assign(about, { text: one.said.text, edited: one.at });
    } else if (one.said?.kind === "reaction") about?.given.set(one.id, { id: one.id, text: one.said.text, from: one.from });
    else if (one.said?.kind === "reaction.end") for (const other of shown.values()) other.given.delete(one.re);
    else if (one.said || !one.quiet) shown.set(one.id, shownOf(one, me));
  }
  return [...shown.values()].map(({ given, ...one }) => ({ ...one, reactions: together(given, me), readBy: readers(report, one) }));
}

/** The ids of a message and of its author's edits, the edits first: they have words of it, too, and while it is there it can be chosen again. */
export function withEdits({ messages }, { id, from }) {
  const edits = messages.filter((one) => one.re === id && one.from === from && one.said?.kind === "edit");
  return [...edits.map((one) => one.id), id];
}

function shownOf({ id, seq, at, from, signed, via, state, said, re }, me) {
  const kind = said?.kind ?? null;
  const [text, json] = [said?.text ?? null, said?.json ?? null];
  return { id, seq, at, from, mine: from === me, signed, via, state, message: stateOf(state), kind, text, json, re, edited: null, given: new Map() };
}

/** An emoji without U+FE0F, which some keyboards add and others leave out. */
export const bare = (emoji) => emoji.replaceAll("\ufe0f", "");

/** Reactions by their text, each of a person once; `own` are the ids of this reader's. */
function together(given, me) {
  const all = new Map();
  for (const { id, text, from } of given.values()) {
    const one = all.get(bare(text)) ?? { text, from: new Set(), own: [] };
    one.from.add(from);
    if (from === me) one.own.push(id);
    all.set(bare(text), one);
  }
  return [...all.values()].map(({ text, from, own }) => ({ text, from: [...from], own }));
}

const readers = (report, { seq, from }) => [...report.reads].filter(([did, mark]) => did !== from && mark.seq >= seq).map(([did]) => did);

/** Why a page that writes makes a new epoch first: `first`, `turn`, or what the rules call for. Null where the newest one does. */
export function epochWanted(report, me) {
  if (report.stop || !report.sealed || !report.members.has(me)) return null;
  if (report.epoch === 0) return "first";
  if (report.since.length > 1) return "turn";
  return report.renew?.code ?? null;
}

const keysOf = (report, did) => report.people.get(did)?.states.at(-1).encryption ?? [];

/** The epochs whose secrets are here, and not for each of my keys: `[epoch, secret]`. */
export function lacking(report, me) {
  if (report.stop) return [];
  const mine = keysOf(report, me);
  return [...report.secrets].filter(([epoch]) => mine.some((key) => !report.covered.get(epoch)?.has(key)));
}

/** Those who are in and have no key that one could write to. */
export const keyless = (report) => [...report.members.keys()].filter((did) => keysOf(report, did).length === 0);

/** Whether a readable conversation could be sealed: everybody in it has a key. */
function couldSeal(report, kind) {
  const fits = kind !== "event" && report.members.size >= 2 && report.members.size <= SEALED_MEMBERS_MAX;
  return !report.stop && !report.sealed && fits && keyless(report).length === 0;
}

// The last words of a conversation, as this browser keeps them (sealed) for the list of conversations.

import { fileNameOf } from "./file-names.js";

const LENGTH = 140;

/** Whether this browser lacks the key to a message that is here. */
export const isLocked = ({ messages }) => messages.some(({ state }) => state === "locked");

/**
 * What the list shows of a conversation: `{seq, at, room, sealed, unread, locked, kind, text, mine, who, agent, read, anchor}`; `locked` is
 * the number of keyrings that left a message locked, or null; `agent` is what the agent is called that wrote it, if one did. `nameOf` answers
 * a name, or null.
 */
export function previewOf(conversation, nameOf = () => null) {
  const { view, report, kept } = conversation;
  const last = view.messages.findLast(({ text, kind }) => text !== null || kind);
  return {
    seq: report.head.seq,
    at: last?.at ?? null,
    room: view.kind,
    sealed: view.sealed,
    unread: view.unread,
    locked: isLocked(view) ? report.own.rings.length : null,
    kind: last?.kind ?? null,
    text: last ? (last.text || (fileNameOf(last) ?? "")).slice(0, LENGTH) : "",
    mine: last?.mine ?? false,
    who: last && !last.mine && view.kind !== "dm" ? nameOf(last.from) : null,
    agent: last?.via ? (nameOf(last.via) ?? "") : null,
    read: view.unread ? (kept?.read ?? -1) : report.head.seq,
  };
}

/** Keeps it, with what was kept of the reading position. `called` is what the page knows of `{called, did, picture}`. */
export async function keepPreview(store, conversation, nameOf, called = null) {
  if (conversation.report.stop) return null;
  const before = await store.preview(conversation.name);
  const known = { anchor: before?.anchor ?? null, called: before?.called ?? null, did: before?.did ?? null, picture: before?.picture ?? null };
  const preview = { ...previewOf(conversation, nameOf), ...known, ...called };
  if (JSON.stringify(preview) !== JSON.stringify(before)) await store.keepPreview(conversation.name, preview);
  return preview;
}

// The API client for conversations: requests data and decodes base64url. Nothing is trusted here: `room` verifies it.

import { ApiError, get as ask } from "../js/api.js";
import { fromBase64url } from "../js/base.js";
import { Link, decode } from "../js/cbor.js";
import { cidText } from "../js/cid.js";
import { OPS } from "./room/ops.js";

const PAGE = 200;
const OWN_PAGE = 1000;

const bytes = (text) => (text ? fromBase64url(text) : null);

/** A row as it came, and what it says of its place. One that can't be read has none; the rules stop there. */
function rowOf(answer) {
  const row = { header: bytes(answer.header), cause: bytes(answer.cause), body: bytes(answer.body) };
  const { seq = null, op = null } = peek(row.header);
  return { ...row, seq, op, turn: Boolean(OPS[op]?.turn) };
}

/** The members of a header or body before it is judged. */
export function peek(part) {
  try {
    const value = part ? decode(part) : null;
    return value && typeof value === "object" ? value : {};
  } catch {
    return {};
  }
}

/** The text of a link, or null. */
export const linkText = (value) => (value instanceof Link ? cidText(value.bytes) : null);

/** The box's answers. `get` is how to ask: a path, to the JSON of the answer. */
export function boxOf(get = ask) {
  const at = (name) => `/chat/api/d/${encodeURIComponent(name)}`;
  const query = (values) => new URLSearchParams(Object.entries(values).filter(([, value]) => value !== undefined));
  const rows = async (path, values) => {
    const answer = await get(`${path}?${query(values)}`);
    return { rows: answer.rows.map(rowOf), hasMore: answer.hasMore === true, head: answer.head };
  };
  /** All rows from a place on: page after page, `most` rows or null. */
  const all = async (path, after, most) => {
    const found = [];
    for (let from = after; ; from = found.at(-1).seq) {
      const page = await rows(path, { after: from ?? undefined, limit: PAGE });
      found.push(...page.rows);
      if (!page.hasMore || !page.rows.length || found.at(-1).seq === null) return found;
      if (found.length >= most) return null;
    }
  };
  return {
    about: (name) => get(at(name)),
    before: async (name, before, limit) => (await rows(`${at(name)}/log`, { before, limit })).rows,
    newest: async (name, limit) => {
      const { head } = await rows(`${at(name)}/log`, { limit: 1 });
      return (await rows(`${at(name)}/log`, { before: head.seq + 1, limit })).rows;
    },
    after: (name, after, most = Infinity) => all(`${at(name)}/log`, after, most),
    turns: (name) => all(`${at(name)}/turns`, null, Infinity),
    reads: async (name) => (await get(`${at(name)}/reads`)).reads.map(({ header }) => bytes(header)),
    /** The entries of your own log after a place. */
    own: async (did, after) => {
      const found = [];
      for (let from = after, more = true; more; ) {
        const page = await get(`/auth/api/log/${encodeURIComponent(did)}?${query({ after: from ?? undefined, limit: OWN_PAGE })}`);
        found.push(...page.entries.map(({ header, body }) => ({ header: bytes(header), body: bytes(body) })));
        more = page.hasMore === true && page.entries.length > 0;
        from = peek(found.at(-1)?.header).seq;
      }
      return found;
    },
    /** An identity chain; empty for those who have none. */
    chain: async (did) => {
      try {
        return (await get(`/auth/api/identity/${encodeURIComponent(did)}/chain`)).log ?? [];
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return [];
        throw error;
      }
    },
    /** The genesis of a conversation's log that your own record names, as a chain; empty where the box shows none. */
    genesis: async (log) => {
      try {
        return [(await get(`${at(log)}/genesis`)).token];
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return [];
        throw error;
      }
    },
  };
}

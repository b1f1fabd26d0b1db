// The cases of tests/vectors/chat.json as a box shows them to a page: its answers to requests for a conversation, for identity chains, and for the
// reader's own log. Other requests are answered by the real node.

import { asset } from "./assets.mjs";
import { file, knownOf, shownOf } from "./cases.mjs";

const { fromBase64url } = await asset("js/base.js");
const { peek } = await asset("chat/box.js");
const { cidText, sha256 } = await asset("js/cid.js");
const { verify } = await asset("chat/room/verify.js");

const { pool } = file;

/** Returns a piece of the pool in the format of answers, in base64url. */
const piece = (place) => (place === null ? null : pool[place]);

const DAG_CBOR = 0x71;
const cidOf = async (header) => cidText(Uint8Array.of(1, DAG_CBOR, 0x12, 32, ...(await sha256(header))));

/** The operations of identity chains in the file: `[token, cid]`. */
const tokens = pool.filter((text) => text.split(".").length === 3).map((token) => [token, JSON.parse(Buffer.from(token.split(".")[0], "base64url")).cid]);

/** Returns a chain up to the operation with this CID, from all operations in the file. */
export function chainTo(cid) {
  const token = tokens.find(([, one]) => one === cid)?.[0];
  if (!token) throw new Error(`no chain in the file has ${cid}`);
  const { previousOperationCID: before } = JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
  return before ? [...chainTo(before), token] : [token];
}

/** Returns the start of the contiguous rows at the end; earlier rows were requested as turns. */
function windowOf({ known }, seqs) {
  if (!known.partial) return 0;
  if (known.from) return seqs.findIndex((seq) => seq >= known.from);
  let n = seqs.length - 1;
  while (n > 0 && seqs[n - 1] + 1 === seqs[n]) n -= 1;
  return n;
}

export class LyingBox {
  #rows;
  #window;
  #own;

  /** Loads a case of the file. `until` is the number of shown rows; read marks come with the last. */
  static async of(one) {
    const box = new LyingBox();
    box.one = one;
    const seqOf = (header) => peek(fromBase64url(header)).seq;
    box.#rows = await Promise.all(
      one.rows.map(async (places) => {
        const [header, cause, body] = places.map(piece);
        return { seq: seqOf(header), cid: await cidOf(fromBase64url(header)), row: { header, cause, body } };
      }),
    );
    box.#own = one.own.map((places) => places.map(piece)).map(([header, body]) => ({ seq: seqOf(header), row: { header, body } }));
    box.#window = windowOf(one, box.#rows.map(({ seq }) => seq));
    box.until = box.#rows.length;
    box.name = one.known.name;
    box.log = peek(fromBase64url(box.#rows[0].row.header)).did;
    return box;
  }

  /** The last shown entry: `{seq, cid}`. */
  get head() {
    const { seq, cid } = this.#rows[this.until - 1];
    return { seq, cid };
  }

  get isWhole() {
    return this.until === this.#rows.length;
  }

  /** Whether a page requests rows that the case lacks: for a partial case, the earlier ones. */
  lacks(url) {
    const before = Number(url.searchParams.get("before"));
    return this.#window > 0 && url.pathname === `/chat/api/d/${encodeURIComponent(this.name)}/log` && url.searchParams.has("before") && before <= this.#rows[this.#window].seq;
  }

  /** Returns the answer to a page's `GET`: JSON, null for 404, or undefined for the node's own answer. */
  answer(url) {
    const [, app, , kind, id, part] = url.pathname.split("/").map(decodeURIComponent);
    const place = (name) => (url.searchParams.has(name) ? Number(url.searchParams.get(name)) : null);
    if (app === "auth" && kind === "log" && id === this.one.known.me) {
      return { entries: this.#own.filter(({ seq }) => seq > (place("after") ?? -1)).map(({ row }) => row), hasMore: false };
    }
    if (app === "auth" && kind === "identity" && part === "chain") {
      const chain = this.one.chains[id];
      return chain ? { log: chain.map(piece) } : null;
    }
    if (app === "chat" && kind === "d" && part === "genesis") {
      const chain = this.one.chains[id];
      return chain ? { token: piece(chain[0]) } : null;
    }
    if (app !== "chat" || kind !== "d" || id !== this.name) return undefined;
    if (part === undefined) return { did: this.name, log: this.log };
    if (part === "log") return this.#page(place("after"), place("before"), place("limit"));
    if (part === "turns") return { rows: this.#rows.slice(0, this.#window).map(({ row }) => row), hasMore: false };
    if (part === "reads") return { reads: this.isWhole ? this.one.reads.map((read) => ({ header: piece(read) })) : [] };
    return undefined;
  }

  #page(after, before, limit) {
    const shown = this.#rows.slice(this.#window, this.until);
    const { head } = this;
    const rowsOf = (some) => some.map(({ row }) => row);
    if (before === null) {
      const more = shown.filter(({ seq }) => seq > (after ?? -1));
      return { rows: rowsOf(more.slice(0, limit)), hasMore: more.length > limit, head };
    }
    const some = shown.filter(({ seq }) => seq < before);
    return { rows: rowsOf(some.slice(-limit)), hasMore: some.length > limit, head };
  }
}

/**
 * Whether an honest part comes first: all shown rows of the case except the last one and the read marks. Not for a partial case: a page scrolls up
 * from it, and waits for rows that the case lacks.
 */
export async function hasHonestPart(one) {
  if (one.rows.length < 3 || one.known.partial) return false;
  const before = { ...one, rows: one.rows.slice(0, -1), reads: [] };
  const { stop } = await verify(shownOf(before, file), await knownOf(one));
  return !stop;
}

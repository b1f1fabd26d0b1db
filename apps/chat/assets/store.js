// The browser's local store of a person's conversations: pins, identity chains, the turns and the newest rows, secrets
// of epochs, drafts, the outbox, the reading position, the last messages for the list.
//
// Always: sealed data stays sealed here. Secrets, drafts and waiting messages are encrypted with a key that this
// browser made, that it stores next to them, and that cannot be exported. One person's data is never given to another.

import { concat, utf8 } from "../js/base.js";
import { decode, encode } from "../js/cbor.js";

export const ROWS_KEPT = 200;
const IV_BYTES = 12;
const DATABASE = "imajin-chat";
const VERSION = 1;
const TABLES = ["conversations", "chains", "own", "outbox", "drafts", "previews", "keys"];

/** Something could not be read here or kept: `message` is a message's id. */
export class NotKept extends Error {}

function openDatabase() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, VERSION);
    request.onupgradeneeded = () => {
      for (const table of TABLES) request.result.createObjectStore(table, { keyPath: "id" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new NotKept("js-store-closed"));
  });
}

let opening = null;

/** The open database, which another tab's newer version closes. */
async function opened() {
  opening ??= openDatabase();
  try {
    const db = await opening;
    db.onversionchange = db.onclose = () => {
      db.close();
      opening = null;
    };
    return db;
  } catch (error) {
    opening = null;
    throw error;
  }
}

async function transact(table, mode, act) {
  const db = await opened();
  return new Promise((resolve, reject) => {
    // A person's text is only safe on disk: wait until the browser confirms the write.
    const transaction = db.transaction(table, mode, { durability: "strict" });
    const request = act(transaction.objectStore(table));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(new NotKept("js-store-full"));
  });
}

/** The tables of this origin, whose values have their own `id`. Tests give the store tables of their own. */
const ofBrowser = {
  get: (table, id) => transact(table, "readonly", (store) => store.get(id)),
  all: (table) => transact(table, "readonly", (store) => store.getAll()),
  /** Keeps a value where none has its `id`. */
  add: (table, value) => transact(table, "readwrite", (store) => store.add(value)),
  put: (table, value) => transact(table, "readwrite", (store) => store.put(value)),
  remove: (table, id) => transact(table, "readwrite", (store) => store.delete(id)),
};

/** The store of `me`, a DID. */
export async function openStore(me, tables = ofBrowser) {
  return new Store(me, tables, await keyOf(me, tables));
}

/** The key that this browser made for a person. Two tabs that make one at once both take the first. */
async function keyOf(me, tables) {
  const kept = await tables.get("keys", me);
  if (kept) return kept.key;
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const [added] = await Promise.allSettled([tables.add("keys", { id: me, key })]);
  const first = await tables.get("keys", me);
  if (!first) throw added.reason;
  return first.key;
}

class Store {
  #tables;
  #key;

  constructor(me, tables, key) {
    this.me = me;
    this.#tables = tables;
    this.#key = key;
  }

  #id(name) {
    return `${this.me} ${name}`;
  }

  async #seal(id, value) {
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const options = { name: "AES-GCM", iv, additionalData: utf8(id) };
    return concat(iv, new Uint8Array(await crypto.subtle.encrypt(options, this.#key, encode(value))));
  }

  /** What was sealed, or null where it does not open: the key was lost, and with it what it kept. */
  async #open(id, sealed) {
    try {
      const options = { name: "AES-GCM", iv: sealed.subarray(0, IV_BYTES), additionalData: utf8(id) };
      return decode(new Uint8Array(await crypto.subtle.decrypt(options, this.#key, sealed.subarray(IV_BYTES))));
    } catch {
      return null;
    }
  }

  /**
   * A conversation: `{name, log, sealed, leaders, pin, window, rows, secrets, covered, read}`, or null. `rows` are `{seq, op, turn,
   * header, cause, body}`, `secrets` `[epoch, secret]`, `covered` `[epoch, [key]]`.
   */
  async conversation(name) {
    const kept = await this.#tables.get("conversations", this.#id(name));
    return kept ? this.#opened(kept) : null;
  }

  async #opened({ id, me, secrets, ...kept }) {
    return { ...kept, secrets: (await this.#open(id, secrets)) ?? [] };
  }

  /** Keeps a conversation: its turns, and of what follows without a gap the newest rows. */
  async keepConversation(conversation) {
    const id = this.#id(conversation.name);
    const { rows, window } = newest(conversation.rows, conversation.window);
    const secrets = await this.#seal(id, conversation.secrets);
    await this.#tables.put("conversations", { ...conversation, id, me: this.me, rows, window, secrets });
  }

  async conversations() {
    const all = await this.#tables.all("conversations");
    return Promise.all(all.filter(({ me }) => me === this.me).map((kept) => this.#opened(kept)));
  }

  removeConversation(name) {
    return this.#tables.remove("conversations", this.#id(name));
  }

  /** The identity chain of a DID as it was last seen, or null. */
  async chain(did) {
    return (await this.#tables.get("chains", this.#id(did)))?.tokens ?? null;
  }

  keepChain(did, tokens) {
    return this.#tables.put("chains", { id: this.#id(did), me: this.me, tokens });
  }

  /** What is known of my own log (`OwnLog.kept`), or null. What was kept of an earlier kind is read again. */
  async own() {
    const kept = (await this.#tables.get("own", this.me))?.kept;
    return kept && "entered" in kept ? kept : null;
  }

  keepOwn(kept) {
    return this.#tables.put("own", { id: this.me, me: this.me, kept });
  }

  /** The text that somebody began to write in a conversation. */
  async draft(name) {
    const kept = await this.#tables.get("drafts", this.#id(name));
    return (kept && (await this.#open(kept.id, kept.sealed))) ?? "";
  }

  async keepDraft(name, text) {
    const id = this.#id(name);
    if (!text) return this.#tables.remove("drafts", id);
    return this.#tables.put("drafts", { id, me: this.me, sealed: await this.#seal(id, text) });
  }

  /** The texts that somebody began to write, by the conversation's name. */
  drafts() {
    return this.#texts("drafts");
  }

  /** What the list shows of a conversation, and where it was left: plain values; null where it was never opened here. */
  async preview(name) {
    const kept = await this.#tables.get("previews", this.#id(name));
    const text = kept && (await this.#open(kept.id, kept.sealed));
    return text ? JSON.parse(text) : null;
  }

  async keepPreview(name, preview) {
    const id = this.#id(name);
    await this.#tables.put("previews", { id, me: this.me, sealed: await this.#seal(id, JSON.stringify(preview)) });
  }

  /** All of them, by the conversation's name. */
  async previews() {
    const all = await this.#texts("previews");
    return new Map([...all].map(([name, text]) => [name, JSON.parse(text)]));
  }

  /** What a table keeps of this person's conversations, by their names. */
  async #texts(table) {
    const mine = (await this.#tables.all(table)).filter(({ me }) => me === this.me);
    const opened = await Promise.all(mine.map(async ({ id, sealed }) => [id.slice(this.me.length + 1), await this.#open(id, sealed)]));
    return new Map(opened.filter(([, text]) => text));
  }

  /** What waits to be sent, in the order in which it was written. */
  async outbox() {
    const mine = (await this.#tables.all("outbox")).filter(({ me }) => me === this.me);
    const items = await Promise.all(mine.map(({ id, sealed }) => this.#open(id, sealed)));
    return items.filter(Boolean).map((text) => JSON.parse(text)).sort((one, other) => one.written - other.written || one.place - other.place);
  }

  /** Keeps one, which has a form in JSON, by its `id`. */
  async keepWaiting(item) {
    const id = this.#id(item.id);
    await this.#tables.put("outbox", { id, me: this.me, sealed: await this.#seal(id, JSON.stringify(item)) });
  }

  /** Whether something still waits: another tab of this browser may have sent it, or taken it back. */
  async isWaiting(id) {
    return Boolean(await this.#tables.get("outbox", this.#id(id)));
  }

  removeWaiting(id) {
    return this.#tables.remove("outbox", this.#id(id));
  }

  /** Removes everything of this person from this browser. */
  async forget() {
    for (const table of ["conversations", "chains", "own", "outbox", "drafts", "previews"]) {
      for (const { id, me } of await this.#tables.all(table)) if (me === this.me) await this.#tables.remove(table, id);
    }
    await this.#tables.remove("keys", this.me);
    const { forgetFiles } = await import("./kept-files.js");
    await forgetFiles(this.me);
  }
}

/** The turns, and the newest rows of those from `window` on. */
function newest(rows, window) {
  const from = rows.at(-ROWS_KEPT)?.seq ?? 0;
  const start = Math.max(window, from);
  return { rows: rows.filter((row) => row.seq >= start || row.turn || row.seq === 0), window: start };
}

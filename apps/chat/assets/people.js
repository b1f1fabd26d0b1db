// The people in a conversation, as the page was drawn: names, kinds and pages of people. Names that came with no page are asked for.

import { get } from "../js/api.js";
import { texts } from "../js/texts.js";
import { face } from "../js/ui.js";

const t = await texts("chat");

const KINDS = { agent: "js-kind-agent", device: "js-kind-device", presence: "js-kind-presence", event: "js-kind-event", org: "js-kind-org" };

const bare = (name) => name?.replace(/^@/, "");

export class People {
  #all = new Map();
  #asked = new Set();
  /** What agents are called. */
  #agents = new Map();

  /** `list` is the element that the server drew with everybody. */
  constructor(list) {
    for (const { dataset } of list.children) this.#all.set(dataset.did, { ...dataset });
  }

  /** `{did, name, public?, handle?, href, picture?, kind, role?, theirs?}`, or null. */
  get(did) {
    return this.#all.get(did) ?? null;
  }

  all() {
    return [...this.#all.values()];
  }

  /** What somebody is called, or null. */
  nameOf(did) {
    return this.get(did)?.name ?? this.#agents.get(did) ?? null;
  }

  /** By whose hand a message is that an agent wrote for its author; null for one of their own. */
  agentOf({ via }) {
    const agent = this.nameOf(via) ?? "";
    return via ? t("js-by-agent", { known: agent ? "yes" : "no", agent }) : null;
  }

  called(did) {
    return this.nameOf(did) ?? t("js-somebody");
  }

  /** What sort of sender somebody is, in a word; null for a human. */
  kindOf(did) {
    const kind = KINDS[this.get(did)?.kind];
    return kind ? t(kind) : null;
  }

  /** What people are mentioned by, with their DIDs: names and usernames. */
  mentionable() {
    const called = this.all().flatMap(({ did, name, public: known, handle }) => [bare(name), bare(known), handle].map((text) => [text, did]));
    return new Map(called.filter(([text]) => text));
  }

  /**
   * Who can be mentioned, `{name, written}`: found by what this person calls them, and written as everybody knows them. Nobody else
   * learns a name that is this person's own.
   */
  suggested() {
    const named = this.all().map(({ name, public: known = name }) => ({ name: bare(name), written: bare(known) }));
    return named.filter(({ written }) => written);
  }

  face(did) {
    return face({ did, ...this.get(did) });
  }

  /** Asks who else wrote in a conversation. Answers whether there is anybody new. */
  async meet(name, dids) {
    const unknown = dids.filter((did) => !this.nameOf(did) && !this.#asked.has(did));
    if (!unknown.length) return false;
    for (const did of unknown) this.#asked.add(did);
    const { messages } = await get(`/chat/api/d/${encodeURIComponent(name)}/messages?limit=100`);
    for (const { from } of messages) {
      if (from.via && from.viaName) this.#agents.set(from.via, from.viaName);
      const called = from.displayName ?? (from.handle ? `@${from.handle}` : null);
      if (!this.#all.has(from.did) && called) this.#all.set(from.did, { did: from.did, name: called, handle: from.handle, picture: from.picture, kind: from.kind });
    }
    return unknown.some((did) => this.nameOf(did));
  }
}

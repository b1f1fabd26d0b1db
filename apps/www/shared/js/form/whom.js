// Parses a reference to a person: an ID, a link to a profile, a username, or words of a name. Uses no page and sends no
// request.

const WHOLE = /^did:imajin:[1-9A-HJ-NP-Za-km-z]{43,44}$/;
const HANDLE = /^[a-z0-9_]{3,30}$/;

/** Whether a text is a whole ID of a person. */
export const isWhole = (text) => WHOLE.test(text);

/** Whether a text can be a username. */
export const isHandle = (text) => HANDLE.test(text);

function linked(text, host) {
  const url = new URL(text);
  let last = "";
  try {
    last = decodeURIComponent(url.pathname.split("/").filter(Boolean).at(-1) ?? "");
  } catch {
    return { words: text };
  }
  if (last.startsWith("did:")) return { did: last };
  // A username is valid on its own box only.
  if (url.host !== host) return { elsewhere: url.host };
  return { handle: last.replace(/^@/, "").toLowerCase() };
}

/** What a text says: `{did}`, `{handle}`, `{words}`, or `{elsewhere}`, the host of another box that it names; null for nothing. */
export function meant(text, host) {
  const plain = text.trim();
  if (!plain) return null;
  if (plain.startsWith("did:")) return { did: plain };
  if (plain.startsWith("@")) {
    const [handle, box] = plain.slice(1).toLowerCase().split("@");
    return box && box !== host ? { elsewhere: box } : { handle };
  }
  if (/^https?:\/\//i.test(plain) && URL.canParse(plain)) return linked(plain, host);
  return { words: plain };
}

/** Those whose name or username has the words in it, those first whose name begins with them. */
export function suggested(people, { handle, words }) {
  const plain = (handle ?? words ?? "").toLowerCase();
  if (!plain) return [];
  const names = ({ name, handle: own }) => [...(handle === undefined ? [name ?? ""] : []), own ?? ""].map((one) => one.toLowerCase());
  const begins = (one) => (names(one).some((text) => text.startsWith(plain)) ? 0 : 1);
  return people.filter((one) => names(one).some((text) => text.includes(plain))).sort((one, other) => begins(one) - begins(other));
}

/** Those who are called exactly what a text says: one person, where it leaves no doubt. */
export function exactly(people, { did, handle, words }) {
  if (did !== undefined) return people.filter((one) => one.did === did);
  if (handle !== undefined) return people.filter((one) => one.handle === handle);
  const plain = words.toLowerCase();
  return people.filter(({ name, handle: own }) => name?.toLowerCase() === plain || own === plain);
}

/** Everybody of two lists once; the first list says what they are called. */
export function together(first, second) {
  const known = new Set(first.map(({ did }) => did));
  return [...first, ...second.filter(({ did }) => !known.has(did))];
}

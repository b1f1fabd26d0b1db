// Mentions in a text: an @, then the name of a person.

const LETTER = /[\p{L}\p{N}_]/u;

/** The first mention in a text: `{at, end, name}`, or null. Of names that begin alike the longest counts. */
export function firstMention(text, names) {
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    if (at > 0 && LETTER.test(text[at - 1])) continue;
    const rest = text.slice(at + 1);
    const fits = names.filter((name) => rest.startsWith(name) && !LETTER.test(rest[name.length] ?? ""));
    const name = fits.sort((one, other) => other.length - one.length)[0];
    if (name) return { at, end: at + 1 + name.length, name };
  }
  return null;
}

/** The DIDs of those who are mentioned in a text, each once. `people` has the DID of each name. */
export function mentionedIn(text, people) {
  const names = [...people.keys()];
  const found = new Set();
  let rest = text;
  for (let one = firstMention(rest, names); one; one = firstMention(rest, names)) {
    found.add(people.get(one.name));
    rest = rest.slice(one.end);
  }
  return [...found];
}

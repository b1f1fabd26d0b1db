// Words that people look for, and where they are found: whatever their case and accents, in any order. The same as in the box
// (kernel/app/src/search.rs).

/** A text as it is compared. */
export const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("ß", "ss");

/** A function that says whether all of these words are in a text. */
export function finder(words) {
  const wanted = folded(words).split(/\s+/).filter(Boolean);
  return (text) => {
    const all = folded(text);
    return wanted.every((word) => all.includes(word));
  };
}

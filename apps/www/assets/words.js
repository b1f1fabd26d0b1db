// Words that depend on a number. No elements, no requests.

/** "e-mail address" of "e-mail addresses", "payment or request" of "payments and requests": what one of a kind is called. */
export function singular(kind) {
  const one = (word) => (/(ss|x|ch)es$/.test(word) ? word.slice(0, -2) : word.replace(/ies$/, "y").replace(/s$/, ""));
  return kind.split(" and ").map(one).join(" or ");
}

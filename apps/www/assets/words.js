// Words that depend on a number. No elements, no requests.

/** Words before which the noun of a kind ends: of "courses with progress", only the courses are counted. */
const JOINT = / (?:of|with|without|to|that|in|for|as) /;

/** "email address" of "email addresses", "payment or request" of "payments and requests": what one of a kind is called. */
export function singular(kind) {
  const one = (word) => (/(ss|x|ch)es$/.test(word) ? word.slice(0, -2) : word.replace(/ies$/, "y").replace(/s$/, ""));
  const head = kind.split(JOINT, 1)[0];
  return head.split(" and ").map(one).join(" or ") + kind.slice(head.length);
}

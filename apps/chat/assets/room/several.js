// Several at once: the browser works out hashes and signatures beside the page, so that one need not wait for the other. What they say
// is taken in their order.

const AT_ONCE = 64;

/** What `act` answers for each of these, in their order. */
export async function eachOf(items, act) {
  const answers = [];
  for (let from = 0; from < items.length; from += AT_ONCE) {
    answers.push(...(await Promise.all(items.slice(from, from + AT_ONCE).map(act))));
  }
  return answers;
}

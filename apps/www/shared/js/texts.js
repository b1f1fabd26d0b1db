// The texts of scripts in the language of the page: the messages `js-…` of an app's catalogue, which build.rs compiles to
// `texts.<language>.js`. Those of the scripts in this folder are `texts("shared")`.
// `const t = await texts("links");` then `t("js-removed")`, `t("js-clicks", { count: 3 })`. Numbers, dates and plurals are the browser's (`Intl`).

/** The language of the page; English where there is no page. */
export const lang = globalThis.document?.documentElement.lang || "en";
/** The same for `Intl`: days before months in English too, as the server writes them. */
export const locale = lang === "en" ? "en-GB" : lang;

/** The messages of an app as a function. A worker or a test, which has no page, gets the ids. */
export async function texts(app) {
  if (!globalThis.document) return (id) => id;
  const file = await import(`../${app}/texts.${lang}.js`);
  return formatter(file.default, lang);
}

/** Letters of scripts that are written from right to left: the blocks that Unicode keeps for them. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** A name in the middle of a sentence. One that is read from right to left is set apart, so that the words around it keep their order. */
const isolated = (text) => (RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text);

/** A function that says messages. A message is a text, or a list of texts and of places: `{ v: name }` or `{ v: name, of: { key: message }, else: key }`. */
export function formatter(messages, language) {
  const plurals = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language);
  const write = (value) => (typeof value === "number" ? numbers.format(value) : isolated(String(value)));
  const place = (part, args) => {
    if (!(part.v in args)) throw new RangeError(`argument missing: ${part.v}`);
    const value = args[part.v];
    if (!part.of) return write(value);
    const exact = Object.hasOwn(part.of, String(value)) ? String(value) : null;
    const key = exact ?? (typeof value === "number" ? plurals.select(value) : part.else);
    return say(part.of[key] ?? part.of[part.else], args);
  };
  const say = (message, args) =>
    typeof message === "string" ? message : message.map((part) => (typeof part === "string" ? part : place(part, args))).join("");
  return (id, args = {}) => {
    if (!Object.hasOwn(messages, id)) throw new RangeError(`no message ${id}`);
    return say(messages[id], args);
  };
}

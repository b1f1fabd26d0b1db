// Changing which keys are mine: a signed update of the identity chain. Devices and recovery sheets each have a key of their own.

import { get } from "../js/api.js";
import { keyEntry } from "../js/dfos.js";
import { changeIdentity } from "../js/keys/change.js";
import { encryptionEntry, entriesAmong, withEntry, withoutKeysOf } from "../js/keys/encryption.js";
import { submit } from "../js/proof.js";
import { signIn } from "../js/session.js";
import { texts } from "../js/texts.js";

const t = await texts("www");

const ROLES = ["authKeys", "assertKeys", "controllerKeys"];

/** What the box knows of my keys: names, and which of them are on sheets. */
export const myKeys = async () => (await get("/auth/api/keys")).keys;

/**
 * Adds a key, and in the same update the encryption key of what has it. `full`: it may change which keys are mine, too.
 * `after`: the id of a key in whose place it comes. `able`: where there is no room for the encryption key it comes without.
 */
export function addKey(me, { id, multikey, encryptionKey = null }, full, { sheet = false, after = null, able = false } = {}) {
  return changeIdentity(me, (sets, services) => {
    for (const role of full ? ROLES : ROLES.slice(0, 2)) {
      if (sets[role].some((key) => key.id === id)) throw new Error(t("js-keys-already"));
      sets[role].push(keyEntry(id, multikey));
    }
    if (!encryptionKey) return services;
    const former = entriesAmong(services).find(({ of }) => of === after);
    const all = withEntry(services, encryptionEntry(id, encryptionKey, sheet || former?.sheet), after);
    if (!all && !able) throw new Error(t("js-keys-many"));
    return all ?? services;
  });
}

/** Takes keys out of use, each with its encryption key. That ends every session, so that a lost device is out at once; this one comes back with its key. */
export async function removeKeys(me, ids) {
  await changeIdentity(me, (sets, services) => {
    for (const role of ROLES) sets[role] = sets[role].filter((key) => !ids.includes(key.id));
    return withoutKeysOf(services, ids);
  });
  if (!ids.includes(me.keyId)) await signIn(me);
}

/** Gives a key a name that only its owner sees. */
export function nameKey(me, id, name, sheet = false) {
  return submit(me, { service: "auth", op: "auth.key.name", ref: id, body: { name, sheet: sheet ? 1 : 0 } });
}

const BROWSERS = [[/\bEdgA?\//, "Edge"], [/\bOPR\//, "Opera"], [/SamsungBrowser\//, t("js-browser-samsung")], [/Firefox\/|FxiOS\//, "Firefox"], [/CriOS\/|Chrome\//, "Chrome"], [/Safari\//, "Safari"], [/^imajin\b/i, t("js-browser-imajin")]];
const SYSTEMS = [[/Android/, "Android"], [/iPhone/, t("js-system-iphone")], [/iPad/, t("js-system-ipad")], [/CrOS/, "ChromeOS"], [/Windows/, "Windows"], [/Mac OS X|Macintosh/, t("js-system-mac")], [/Linux|X11/, "Linux"]];

/** What a browser calls itself, for people: "Firefox on Linux". */
export function browserName(agent = navigator.userAgent) {
  const of = (table) => table.find(([pattern]) => pattern.test(agent))?.[1];
  const [browser, system] = [of(BROWSERS), of(SYSTEMS)];
  return browser && system ? t("js-browser-on", { browser, system }) : (browser ?? system ?? t("js-browser-some"));
}

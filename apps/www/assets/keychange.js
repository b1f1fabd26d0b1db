// Changing which keys are mine: a signed update of the identity chain. Devices and recovery sheets each have a key of their own.

import { get, nodeNow } from "../js/api.js";
import { keyEntry, keysInForce, updateToken } from "../js/dfos.js";
import { submit } from "../js/proof.js";
import { chainOf, signIn } from "../js/session.js";
import { texts } from "../js/texts.js";

const t = await texts("www");

const ROLES = ["authKeys", "assertKeys", "controllerKeys"];

/** What the box knows of my keys: names, and which of them are on sheets. */
export const myKeys = async () => (await get("/auth/api/keys")).keys;

/** Signs a change of the sets of keys that `change(sets)` makes. `me` is whose key signs. */
export async function changeKeys(me, change) {
  const chain = await chainOf(me.did);
  if (!chain?.length) throw new Error(t("js-keys-box-keeps"));
  const sets = keysInForce(chain);
  if (!sets.controllerKeys.some((key) => key.id === me.keyId)) {
    throw new Error(t("js-keys-cannot"));
  }
  change(sets);
  if (sets.controllerKeys.length === 0) throw new Error(t("js-keys-last"));
  const { token } = await updateToken({ key: me.sign, keyId: me.keyId }, chain, sets, nodeNow());
  await submit(me, { service: "auth", op: "auth.identity.update", body: { token } });
}

/** Adds a key. `full`: it may change which keys are mine, too. */
export function addKey(me, { id, multikey }, full) {
  return changeKeys(me, (sets) => {
    for (const role of full ? ROLES : ROLES.slice(0, 2)) {
      if (sets[role].some((key) => key.id === id)) throw new Error(t("js-keys-already"));
      sets[role].push(keyEntry(id, multikey));
    }
  });
}

/** Takes keys out of use. That ends every session, so that a lost device is out at once; this one comes back with its key. */
export async function removeKeys(me, ids) {
  await changeKeys(me, (sets) => {
    for (const role of ROLES) sets[role] = sets[role].filter((key) => !ids.includes(key.id));
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

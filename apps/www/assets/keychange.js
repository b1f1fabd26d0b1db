// Changes to the reader's keys: a signed update of the identity chain. Each device and each recovery sheet has a separate key.

import { get, nodeNow } from "../js/api.js";
import { toHex, utf8 } from "../js/base.js";
import { cborCid, cidText } from "../js/cid.js";
import { meet } from "../js/confirm.js";
import { keyEntry } from "../js/dfos.js";
import { canonical } from "../js/jcs.js";
import { signBytes } from "../js/key.js";
import { changeIdentity } from "../js/keys/change.js";
import { encryptionEntry, entriesAmong, withEntry, withoutKeysOf } from "../js/keys/encryption.js";
import { submit } from "../js/proof.js";
import { signIn } from "../js/session.js";
import { texts } from "../js/texts.js";

const t = await texts("www");

const ROLES = ["authKeys", "assertKeys", "controllerKeys"];

/** Whether a registry gave the name of this page's address: it could lead the name to a page of its own, which would use the keys that are kept here. They get no control. */
export const isLentName = () => document.getElementById("lent-name") !== null;

/** What the box knows of my keys: names, and which of them are on sheets. */
export const myKeys = async () => (await get("/auth/api/keys")).keys;

/**
 * Adds a key, and in the same update the encryption key of what has it. `full`: it may change which keys are mine, too.
 * `after`: the id of a key in whose place it comes. `able`: where there is no room for the encryption key it comes without.
 */
export async function addKey(me, { id, multikey, encryptionKey = null }, full, { sheet = false, after = null, able = false } = {}) {
  await changeIdentity(me, (sets, services) => {
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
  // The key is in force already: where the word about it can't be entered now, nothing is lost but that word.
  await attestMethod(me, sheet ? "recovery_sheet" : "key", id).catch(() => {});
}

/** Lets a key that signs change which keys are mine, too. */
export function giveControl(me, id) {
  return changeIdentity(me, (sets, services) => {
    sets.controllerKeys.push(...sets.authKeys.filter((key) => key.id === id));
    return services;
  });
}

/** Attests, in the name of the person and visible to them alone, that there is a new way to sign in: the record shows whose signature brought it. */
async function attestMethod(me, method, key) {
  const payload = { auth_method: method, key, root: await meet(me) };
  const [type, now] = ["session.created", nodeNow()];
  const row = { issuerDid: me.did, subjectDid: me.did, type, contextId: null, contextType: null, payload, issuedAt: now };
  const text = canonical({ subject_did: me.did, type, context_id: null, context_type: null, payload, issued_at: now });
  const signature = toHex(await signBytes(me.sign, utf8(text)));
  const body = { attestation: text, issuer: me.did, signature, audience: "parties" };
  await submit(me, { service: "auth", op: "auth.attestation.issue", ref: cidText(await cborCid(row)), body, fact: { dids: [me.did] } });
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

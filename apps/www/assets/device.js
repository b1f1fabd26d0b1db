// The new device's side of "add a device": makes its own key, shows it as a code, and waits until
// the chain of its owner names it. The key never leaves; only its public half is shown.

import { ApiError, get } from "../js/api.js";
import { equal } from "../js/base.js";
import { keysInForce, multikeyBytes } from "../js/dfos.js";
import { importKeys, newSeeds, unavailable, wipe } from "../js/key.js";
import { lettersOf } from "../js/keys/code.js";
import { x25519Multikey } from "../js/keys/encryption.js";
import { svg } from "../js/qr/draw.js";
import { chainOf, signIn } from "../js/session.js";
import { drafts, people, persist } from "../js/store.js";
import { texts } from "../js/texts.js";
import { isLentName } from "./keychange.js";
import { sendKeys } from "./pairing.js";
import { byId, copyButton, fieldError, leave, say, sayError, showOnly, working } from "../js/ui.js";

const t = await texts("www");

const WAIT_MS = 2000;
const sections = () => [byId("step-who"), byId("step-show")];

async function lookUp(text) {
  const who = text.trim().replace(/^@/, "");
  try {
    const found = await get(`/auth/api/lookup/${encodeURIComponent(who)}`);
    return found.did ?? found.id;
  } catch (error) {
    if (error instanceof ApiError && [400, 404].includes(error.status)) return null;
    throw error;
  }
}

async function begin(event) {
  event.preventDefault();
  const input = byId("who");
  const code = byId("pairing-code");
  const isWrong = code.value.trim() && !lettersOf(code.value);
  if (isWrong) return fieldError(code, t("js-device-code-wrong"));
  fieldError(code);
  await working(byId("make"), t("js-device-making"), async () => {
    const did = await lookUp(input.value);
    if (!did) return fieldError(input, t("js-device-nobody"));
    fieldError(input);
    const seeds = newSeeds();
    let keys;
    try {
      keys = await importKeys(seeds);
    } finally {
      wipe(seeds);
    }
    const draft = { name: "device", did, keys, isSent: false };
    await drafts.put(draft);
    persist();
    if (code.value.trim()) {
      await sendKeys(code.value, keysText(draft));
      draft.isSent = true;
      await drafts.put(draft);
    }
    await wait(draft);
  });
}

/** Both public keys as one text: the one that signs, and the one that others encrypt to; and a mark of keys that are to get no control. */
const keysText = ({ keys }) => `${keys.multikey}.${x25519Multikey(keys.encryptionKey)}${isLentName() ? ".signs" : ""}`;

/** What the code says: an address of this box with the public keys behind the `#`, where no server sees them. */
const link = (draft) => `${location.origin}/devices#add=${keysText(draft)}`;

async function wait(draft) {
  byId("code").replaceChildren(svg(link(draft), t("js-device-code")));
  byId("key-text").textContent = keysText(draft);
  byId("key-copy").replaceChildren(copyButton(keysText(draft), t("js-device-key")));
  byId("check").textContent = checkWord(draft.keys.keyId);
  for (const id of ["to-scan", "code"]) byId(id).hidden = draft.isSent === true;
  showOnly(byId("step-show"), sections());
  for (;;) {
    const chain = await chainOf(draft.did).catch(() => null);
    const added = chain?.length && keysInForce(chain).authKeys.some((key) => equal(multikeyBytes(key.publicKeyMultibase), draft.keys.publicKey));
    if (added) return finish(draft);
    await new Promise((wake) => setTimeout(wake, WAIT_MS));
  }
}

export function checkWord(keyId) {
  return keyId.replace("key_", "").slice(0, 8).match(/.{4}/g).join(" ");
}

async function finish(draft) {
  const { did, keys } = draft;
  const profile = await get(`/profile/api/profile/${encodeURIComponent(did)}`).catch(() => ({}));
  const person = { did, keyId: keys.keyId, sign: keys.sign, agree: keys.agree, publicKey: keys.publicKey, encryptionKey: keys.encryptionKey, name: profile.displayName ?? profile.handle ?? "" };
  await people.put(person);
  await drafts.remove("device");
  await signIn(person);
  await leave("/");
}

async function start() {
  const problem = await unavailable();
  if (problem) return say("bad", problem);
  byId("form-who").addEventListener("submit", begin);
  byId("stop").addEventListener("click", async () => {
    await drafts.remove("device");
    await leave();
  });
  const draft = await drafts.get("device");
  if (draft) return wait(draft);
  // The code of the other device names its owner. The person confirms it, since any link can name anyone.
  const asked = new URLSearchParams(location.hash.slice(1));
  if (!asked.get("who")) return;
  byId("who").value = asked.get("who");
  byId("pairing-code").value = asked.get("code") ?? "";
  byId("make").focus();
}

start().catch(sayError);

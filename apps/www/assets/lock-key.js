// Putting a lock on the key in this browser, and taking it off. A stored key can't be read to be sealed, so each makes a new key
// for this browser: first the new one is added, then it takes the old key's place here, then the old key goes out of use.

import { importKeys, newSeeds, wipe } from "../js/key.js";
import { publicOf } from "../js/keys/encryption.js";
import { LOCK_PASSPHRASE_MIN, hasAuthenticator, lockWithDevice, lockWithPassphrase, unlocked } from "../js/keys/lock.js";
import { signedInDid, signer } from "../js/session.js";
import { people } from "../js/store.js";
import { texts } from "../js/texts.js";
import { byId, fieldError, say, sayError, working } from "../js/ui.js";
import { addKey, browserName, myKeys, nameKey, removeKeys } from "./keychange.js";

const t = await texts("www");

async function draw() {
  const person = await people.get(signedInDid());
  if (!person) return;
  const kind = person.lock?.kind;
  byId("lock-open").hidden = Boolean(kind);
  byId("lock-closed").hidden = !kind;
  byId("lock-closed").textContent = kind ? t("js-keylock-how", { kind }) : "";
  byId("lock-off").hidden = !kind;
  byId("lock-choose").hidden = Boolean(kind);
  byId("lock-prf").hidden = Boolean(kind) || !(await hasAuthenticator());
  byId("form-lock").hidden = true;
}

/** Gives this browser another key. `seal` answers the lock of a seed, or null for none. */
async function replaceKey(seal) {
  const old = await signer();
  const known = (await myKeys()).find((key) => key.id === old.keyId);
  const seeds = newSeeds();
  let keys, lock;
  try {
    lock = await seal(old, seeds.sign);
    keys = await importKeys(seeds);
  } finally {
    wipe(seeds);
  }
  // The encryption key stays: from now on it is of the new key's device.
  const encryptionKey = old.agree ? await publicOf(old.agree) : null;
  await addKey(old, { id: keys.keyId, multikey: keys.multikey, encryptionKey }, true, { after: old.keyId, able: true });
  const person = { ...old, keyId: keys.keyId, publicKey: keys.publicKey, sign: keys.sign };
  if (lock) person.lock = lock;
  else delete person.lock;
  await people.put(person);
  await nameKey(person, keys.keyId, known?.name ?? browserName());
  await removeKeys(person, [old.keyId]);
}

async function withPassphrase(event) {
  event.preventDefault();
  const input = byId("lock-passphrase");
  if (input.value.length < LOCK_PASSPHRASE_MIN) return fieldError(input, t("js-keylock-short", { count: LOCK_PASSPHRASE_MIN }));
  fieldError(input);
  await working(byId("lock-go"), t("js-keylock-locking"), async () => {
    await replaceKey((me, seed) => lockWithPassphrase(me.did, seed, input.value));
    input.value = "";
    await locked(t("js-keylock-locked"));
  });
}

async function withDevice(event) {
  await working(event.currentTarget, t("js-keylock-locking"), async () => {
    let cannot = false;
    try {
      await replaceKey(async (me, seed) => {
        const lock = await lockWithDevice(me.did, me.name, seed);
        cannot = !lock;
        if (!lock) throw new Error(t("js-keylock-cannot"));
        return lock;
      });
    } catch (error) {
      if (cannot) {
        byId("lock-prf").hidden = true;
        byId("form-lock").hidden = false;
      }
      throw error.name === "NotAllowedError" ? new Error(t("js-keylock-refused")) : error;
    }
    await locked(t("js-keylock-locked"));
  });
}

async function locked(words) {
  await draw();
  document.dispatchEvent(new Event("keys-changed"));
  say("good", words);
}

async function takeOff(event) {
  await working(event.currentTarget, t("js-keylock-unlocking"), async () => {
    await unlocked(await people.get(signedInDid()));
    await replaceKey(() => null);
    await locked(t("js-keylock-off"));
  });
}

byId("form-lock").addEventListener("submit", withPassphrase);
byId("lock-choose").addEventListener("click", () => {
  byId("form-lock").hidden = false;
  byId("lock-choose").hidden = true;
  byId("lock-passphrase").focus();
});
byId("lock-prf").addEventListener("click", withDevice);
byId("lock-off").addEventListener("click", takeOff);
draw().catch(sayError);

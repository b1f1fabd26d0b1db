// Bringing a key back from the recovery sheet, in any browser, on any address of the box.

import { get } from "../js/api.js";
import { multikeyBytes, keysInForce } from "../js/dfos.js";
import { equal } from "../js/base.js";
import { importKeys, newSeeds, unavailable, wipe } from "../js/key.js";
import { offerCamera, textOfFile } from "../js/scan.js";
import { chainOf, nextPage, signIn } from "../js/session.js";
import { PREFIX, openSheet, tidy } from "../js/sheet.js";
import { people, persist } from "../js/store.js";
import { texts } from "../js/texts.js";
import { byId, fieldError, say, sayError, working } from "../js/ui.js";
import { addKey, browserName, nameKey } from "./keychange.js";

const t = await texts("www");

/** The name that the box shows for a DID, or none: only for the greeting. */
async function nameOf(did) {
  try {
    const profile = await get(`/profile/api/profile/${encodeURIComponent(did)}`);
    return profile.displayName ?? profile.handle ?? "";
  } catch {
    return "";
  }
}

const asPerson = (did, keys, name) => ({ did, keyId: keys.keyId, sign: keys.sign, agree: keys.agree, publicKey: keys.publicKey, encryptionKey: keys.encryptionKey, name });

async function bringBack(letters, passphrase) {
  const { seeds, did } = await openSheet(letters, passphrase);
  const own = newSeeds();
  let sheetKeys, keys;
  try {
    [sheetKeys, keys] = [await importKeys(seeds), await importKeys(own)];
  } finally {
    wipe(seeds);
    wipe(own);
  }
  const name = await nameOf(did);
  const chain = await chainOf(did);
  if (chain === null) {
    await people.put(asPerson(did, sheetKeys, name));
    persist();
    return say("good", t("js-restore-back"), t("js-restore-unknown"));
  }
  const isSheets = (key) => equal(multikeyBytes(key.publicKeyMultibase), sheetKeys.publicKey);
  const sets = chain.length ? keysInForce(chain) : null;
  if (sets && !sets.authKeys.some(isSheets)) {
    return say("bad", t("js-restore-revoked"));
  }
  persist();
  const me = asPerson(did, sheetKeys, name);
  await signIn(me);
  // The sheet's key stays on the sheet: this browser gets one of its own, so that losing it or revoking the sheet doesn't
  // touch the other.
  if (sets?.controllerKeys.some(isSheets)) {
    await addKey(me, { id: keys.keyId, multikey: keys.multikey, encryptionKey: keys.encryptionKey }, true, { able: true });
    // What was written before is for the sheet's key alone: it stays here to open that, unreadable like the others.
    const here = { ...asPerson(did, keys, name), older: [{ key: sheetKeys.agree, publicKey: sheetKeys.encryptionKey }] };
    await people.put(here);
    await nameKey(here, keys.keyId, browserName());
  } else {
    await people.put(me);
  }
  location.assign(nextPage("/data"));
}

async function submitForm(event) {
  event.preventDefault();
  const letters = byId("letters");
  const passphrase = byId("passphrase");
  if (!letters.value.trim()) return fieldError(letters, t("js-sheet-first"));
  fieldError(letters);
  if (!passphrase.value) return fieldError(passphrase, t("js-sheet-needs-passphrase"));
  fieldError(passphrase);
  await working(byId("restore"), t("js-sheet-opening"), async () => {
    await bringBack(letters.value, passphrase.value);
    passphrase.value = "";
  });
}

async function start() {
  const problem = await unavailable();
  if (problem) return say("bad", problem);
  byId("form-restore").addEventListener("submit", submitForm);
  byId("sheet-file").addEventListener("change", async (event) => {
    try {
      const [file] = event.target.files;
      if (file) byId("letters").value = tidy(await textOfFile(file));
    } catch (error) {
      sayError(error);
    }
  });
  await offerCamera(byId("scan"), (text) => text.toLowerCase().startsWith(PREFIX), (text) => (byId("letters").value = tidy(text)));
}

start().catch(sayError);

// The key of a recovery sheet: opened in this browser, and replaced there by a key of the browser's own once the box knows whose it is.

import { get } from "../js/api.js";
import { equal } from "../js/base.js";
import { keysInForce, multikeyBytes } from "../js/dfos.js";
import { importKeys, newSeeds, wipe } from "../js/key.js";
import { offerCamera, textOfFile } from "../js/scan.js";
import { signIn } from "../js/session.js";
import { PREFIX, openSheet, tidy } from "../js/sheet.js";
import { people, persist } from "../js/store.js";
import { texts } from "../js/texts.js";
import { byId, fieldError, sayError } from "../js/ui.js";
import { addKey, browserName, isLentName, nameKey } from "./keychange.js";

const t = await texts("www");

/** Opens a sheet: its owner with its key, as `people` has them, and a new key for this browser. `use` gets the DID and the seeds before they are wiped. */
export async function openKey(letters, passphrase, use = () => {}) {
  const { seeds, did } = await openSheet(letters, passphrase);
  const own = newSeeds();
  try {
    const [sheets, keys] = [await importKeys(seeds), await importKeys(own)];
    use(did, seeds);
    return { did, person: asPerson(did, sheets, await nameOf(did)), keys };
  } finally {
    wipe(seeds);
    wipe(own);
  }
}

const asPerson = (did, keys, name) => ({ did, keyId: keys.keyId, sign: keys.sign, agree: keys.agree, publicKey: keys.publicKey, encryptionKey: keys.encryptionKey, name });

/** The name that the box shows for a DID, or none: only for the greeting. */
async function nameOf(did) {
  try {
    const profile = await get(`/profile/api/profile/${encodeURIComponent(did)}`);
    return profile.displayName ?? profile.handle ?? "";
  } catch {
    return "";
  }
}

const among = ({ person }, keys) => keys.some((key) => equal(multikeyBytes(key.publicKeyMultibase), person.publicKey));

/** Whether an identity chain says that the key of an opened sheet signs. Before a chain, the first key does. */
export const isInForce = (opened, chain) => chain.length === 0 || among(opened, keysInForce(chain).authKeys);

/**
 * Signs in with an opened sheet, whose key is in force. The sheet's key stays on the sheet: this browser gets one of its own, so that losing it
 * or revoking the sheet doesn't touch the other.
 */
export async function settle(opened, chain) {
  const { did, person, keys } = opened;
  persist();
  await signIn(person);
  if (chain.length === 0 || !among(opened, keysInForce(chain).controllerKeys)) return people.put(person);
  await addKey(person, { id: keys.keyId, multikey: keys.multikey, encryptionKey: keys.encryptionKey }, !isLentName(), { able: true });
  // Older messages are encrypted for the sheet's key alone: it stays here to open them, non-extractable like the
  // others.
  const here = { ...asPerson(did, keys, person.name), older: [{ key: person.agree, publicKey: person.encryptionKey }] };
  await people.put(here);
  return nameKey(here, keys.keyId, browserName());
}

/** The letters and the passphrase of the page's form; null where a field is empty, which then says so. */
export function sheetTyped() {
  const [letters, passphrase] = [byId("letters"), byId("passphrase")];
  fieldError(letters, letters.value.trim() ? null : t("js-sheet-first"));
  if (!letters.value.trim()) return null;
  fieldError(passphrase, passphrase.value ? null : t("js-sheet-needs-passphrase"));
  return passphrase.value ? { letters: letters.value, passphrase: passphrase.value } : null;
}

/** Lets a sheet be scanned or read from a file into the page's form. */
export async function readsSheets() {
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

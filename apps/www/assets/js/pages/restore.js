// Bringing a key back from the recovery sheet, in any browser, on any address of the box.

import { get } from "../api.js";
import { multikeyBytes, keysInForce } from "../dfos.js";
import { equal } from "../base.js";
import { importKeys, unavailable, wipe } from "../key.js";
import { offerCamera, textOfFile } from "../scan.js";
import { chainOf, nextPage, signIn } from "../session.js";
import { PREFIX, openSheet, tidy } from "../sheet.js";
import { people, persist } from "../store.js";
import { byId, fieldError, say, sayError, working } from "../ui.js";

/** The name that the box shows for a DID, or none: only for the greeting. */
async function nameOf(did) {
  try {
    const profile = await get(`/profile/api/profile/${encodeURIComponent(did)}`);
    return profile.displayName ?? profile.handle ?? "";
  } catch {
    return "";
  }
}

async function bringBack(letters, passphrase) {
  const { seeds, did } = await openSheet(letters, passphrase);
  let keys;
  try {
    keys = await importKeys(seeds);
  } finally {
    wipe(seeds);
  }
  const name = await nameOf(did);
  await people.put({ did, keyId: keys.keyId, sign: keys.sign, agree: keys.agree, publicKey: keys.publicKey, encryptionKey: keys.encryptionKey, name });
  await persist();
  const chain = await chainOf(did);
  if (chain === null) {
    return say("good", "Your key is back in this browser.", "This box does not know you yet. Open the box that has your data, or bring a copy of it to this one; the key will fit.");
  }
  const inForce = chain.length === 0 || keysInForce(chain).authKeys.some((key) => equal(multikeyBytes(key.publicKeyMultibase), keys.publicKey));
  if (!inForce) {
    return say("bad", "The sheet opened, but its key was taken out of use since. Use a newer sheet, or a device that is still yours, to add this browser.");
  }
  await signIn({ did, sign: keys.sign });
  location.assign(nextPage("/data"));
}

async function submitForm(event) {
  event.preventDefault();
  const letters = byId("letters");
  const passphrase = byId("passphrase");
  if (!letters.value.trim()) return fieldError(letters, "Read your sheet in first: scan it, choose the saved file, or type the letters.");
  fieldError(letters);
  if (!passphrase.value) return fieldError(passphrase, "The sheet opens only with its passphrase.");
  fieldError(passphrase);
  await working(byId("restore"), "Opening the sheet…", async () => {
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

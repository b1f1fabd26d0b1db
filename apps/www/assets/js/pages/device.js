// The new device's side of "add a device": makes its own key, shows it as a code, and waits until
// the chain of its owner names it. The key never leaves; only its public half is shown.

import { ApiError, get } from "../api.js";
import { equal } from "../base.js";
import { keysInForce, multikeyBytes } from "../dfos.js";
import { importKeys, newSeeds, unavailable, wipe } from "../key.js";
import { svg } from "../qr.js";
import { chainOf, signIn } from "../session.js";
import { drafts, people, persist } from "../store.js";
import { byId, copyButton, fieldError, say, sayError, showOnly, working } from "../ui.js";

const WAIT_MS = 2000;
const sections = () => [byId("step-who"), byId("step-show"), byId("step-added")];

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
  await working(byId("make"), "Making this device's key…", async () => {
    const did = await lookUp(input.value);
    if (!did) return fieldError(input, "Nobody here goes by that name. Your short name stands in your profile on the other device, your address under “Devices”.");
    fieldError(input);
    const seeds = newSeeds();
    let keys;
    try {
      keys = await importKeys(seeds);
    } finally {
      wipe(seeds);
    }
    const draft = { name: "device", did, keys };
    await drafts.put(draft);
    await persist();
    await wait(draft);
  });
}

/** What the code says: an address of this box with the public key behind the `#`, where no server sees it. */
function link(draft) {
  return `${location.origin}/devices#add=${draft.keys.multikey}`;
}

async function wait(draft) {
  byId("code").replaceChildren(svg(link(draft), "The public key of this device as a code"));
  byId("key-text").textContent = draft.keys.multikey;
  byId("key-copy").replaceChildren(copyButton(draft.keys.multikey, "the key of this device"));
  byId("check").textContent = checkWord(draft.keys.keyId);
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
  const person = { did, keyId: keys.keyId, sign: keys.sign, agree: keys.agree, publicKey: keys.publicKey, name: profile.displayName ?? profile.handle ?? "" };
  await people.put(person);
  await drafts.remove("device");
  await signIn(person);
  showOnly(byId("step-added"), sections());
}

async function start() {
  const problem = await unavailable();
  if (problem) return say("bad", problem);
  byId("form-who").addEventListener("submit", begin);
  byId("stop").addEventListener("click", async () => {
    await drafts.remove("device");
    location.reload();
  });
  const draft = await drafts.get("device");
  if (draft) await wait(draft);
}

start().catch(sayError);

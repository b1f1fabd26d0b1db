// Devices and sessions: which keys are mine, adding one (a signed change of my identity), taking one
// out of use, and ending sessions elsewhere.

import { get, nodeNow, request } from "../api.js";
import { keyEntry, keysInForce, multikeyBytes, updateToken } from "../dfos.js";
import { keyId } from "../key.js";
import { submit } from "../proof.js";
import { offerCamera } from "../scan.js";
import { chainOf, signedInDid, signer, signIn, signOut } from "../session.js";
import { people } from "../store.js";
import { ago, byId, el, fieldError, say, sayError, working } from "../ui.js";

let adding = null;

const checkWord = (id) => id.replace("key_", "").slice(0, 8).match(/.{1,4}/g).join(" ");

/** Reads what the new device shows: its link, or the key alone. */
async function parseKey(text) {
  const multikey = text.trim().replace(/^.*#add=/s, "");
  const bytes = multikeyBytes(multikey);
  return { multikey, id: await keyId(bytes) };
}

async function readKey(event) {
  event.preventDefault();
  const input = byId("key");
  try {
    adding = await parseKey(input.value);
  } catch {
    return fieldError(input, "That is not a device's key. It begins with z6Mk and stands below the code on the new device.");
  }
  fieldError(input);
  byId("check").textContent = checkWord(adding.id);
  byId("confirm").hidden = false;
  byId("confirm").querySelector("h3").focus();
}

async function changeKeys(change) {
  const me = await signer();
  const chain = await chainOf(me.did);
  if (!chain?.length) throw new Error("This box keeps your key for you, so there is nothing to sign with. Make a key of your own first.");
  const sets = keysInForce(chain);
  if (!sets.controllerKeys.some((key) => key.id === me.keyId)) {
    throw new Error("This device may sign for you, but not change which devices are yours. Use the device that you began with, or your recovery sheet.");
  }
  change(sets, me);
  const { token } = await updateToken({ key: me.sign, keyId: me.keyId }, chain, sets, nodeNow());
  await submit(me, { service: "auth", op: "auth.identity.update", body: { token } });
  // A change of keys ends every session, so that a lost device is out at once. This one comes back with its key.
  await signIn(me);
}

async function add() {
  await working(byId("add"), "Signing…", async () => {
    const { id, multikey } = adding;
    await changeKeys((sets) => {
      const entry = keyEntry(id, multikey);
      const roles = ["authKeys", "assertKeys", ...(byId("full").checked ? ["controllerKeys"] : [])];
      for (const role of roles) {
        if (sets[role].some((key) => key.id === id)) throw new Error("This device is yours already.");
        sets[role].push(entry);
      }
    });
    adding = null;
    byId("confirm").hidden = true;
    byId("key").value = "";
    say("good", "The new device can sign for you now. It notices by itself within a few seconds.");
    await Promise.all([drawKeys(), drawSessions()]);
  });
}

async function remove(id, button) {
  await working(button, "Signing…", async () => {
    await changeKeys((sets, me) => {
      if (id === me.keyId) throw new Error("That is the key of this very device.");
      for (const role of ["authKeys", "assertKeys", "controllerKeys"]) sets[role] = sets[role].filter((key) => key.id !== id);
      if (sets.controllerKeys.length === 0) throw new Error("One key must stay that can change your devices.");
    });
    say("good", "That key signs nothing new from now on. What it signed before stays valid.");
    await Promise.all([drawKeys(), drawSessions()]);
  });
}

async function drawKeys() {
  const did = signedInDid();
  const chain = (await chainOf(did)) ?? [];
  const here = await people.get(did);
  byId("kept").hidden = (await get("/auth/api/session")).ownKey;
  if (!chain.length) return byId("keys").replaceChildren(el("li", {}, "Your box keeps your key for you."));
  const { authKeys, controllerKeys } = keysInForce(chain);
  byId("keys").replaceChildren(...authKeys.map((key) => keyRow(key, controllerKeys.some((other) => other.id === key.id), key.id === here?.keyId)));
  byId("no-key").hidden = Boolean(here);
}

function keyRow(key, controls, here) {
  const what = controls ? "Signs for you, and can change which devices are yours." : "Signs for you.";
  const button = el("button", { type: "button", class: "danger" }, "Take out of use");
  button.addEventListener("click", () => confirmRemoval(key.id, button));
  return el("li", {}, el("div", { class: "row" },
    el("div", { class: "grow" }, el("strong", {}, here ? "This device" : `Device ${checkWord(key.id)}`), el("br"), el("span", { class: "hint" }, what)),
    here ? el("span", { class: "tag good" }, "here") : button));
}

function confirmRemoval(id, button) {
  const sure = el("button", { type: "button", class: "danger" }, "Yes, take it out of use");
  const keep = el("button", { type: "button" }, "Keep it");
  const words = el("div", { class: "notice", role: "group" }, el("p", {}, "That device, and a recovery sheet made on it, can sign nothing new for you after this. Your data stays as it is."), el("div", { class: "actions" }, sure, keep));
  keep.addEventListener("click", () => (words.replaceWith(button), button.focus()));
  sure.addEventListener("click", () => remove(id, sure));
  button.replaceWith(words);
  sure.focus();
}

async function drawSessions() {
  const { sessions } = await get("/auth/api/sessions");
  byId("sessions").replaceChildren(...sessions.map(sessionRow));
}

function sessionRow(session) {
  const seen = session.seenAt;
  const end = el("button", { type: "button" }, "End");
  end.setAttribute("aria-label", `End the session on ${session.label}`);
  end.addEventListener("click", () =>
    working(end, "Ending…", async () => {
      await request("DELETE", `/auth/api/sessions/${encodeURIComponent(session.id)}`);
      await drawSessions();
    }));
  return el("li", {}, el("div", { class: "row" },
    el("div", { class: "grow" }, el("strong", {}, session.label), el("br"), el("span", { class: "hint" }, "last seen ", el("time", { datetime: seen, title: new Date(seen).toLocaleString() }, ago(seen)))),
    session.current ? el("span", { class: "tag good" }, "here") : end));
}

async function start() {
  byId("form-add").addEventListener("submit", readKey);
  byId("add").addEventListener("click", add);
  byId("not-add").addEventListener("click", () => {
    adding = null;
    byId("confirm").hidden = true;
    byId("key").focus();
  });
  byId("sign-out").addEventListener("click", (event) =>
    working(event.target, "Signing out…", async () => {
      await signOut();
      location.assign("/");
    }));
  await offerCamera(byId("scan"), (text) => text.includes("#add="), (text) => {
    byId("key").value = text;
    byId("form-add").requestSubmit();
  });
  await Promise.all([drawKeys(), drawSessions()]);
  if (location.hash.startsWith("#add=")) {
    byId("key").value = location.hash.slice(5);
    history.replaceState(null, "", "/devices");
    byId("form-add").requestSubmit();
  }
}

start().catch(sayError);

// Devices and sessions: which keys are mine, adding one (a signed change of my identity), taking one
// out of use, and ending sessions elsewhere.

import { get, request } from "../js/api.js";
import { toHex } from "../js/base.js";
import { multikeyBytes, servicesInForce } from "../js/dfos.js";
import { sure } from "../js/form/sure.js";
import { keyId } from "../js/key.js";
import { entriesAmong, x25519Bytes } from "../js/keys/encryption.js";
import { unlocked } from "../js/keys/lock.js";
import { svg } from "../js/qr/draw.js";
import { offerCamera } from "../js/scan.js";
import { chainOf, forgetPages, signedInDid, signer, signOut } from "../js/session.js";
import { drafts, people } from "../js/store.js";
import { canHandOver, forgetKept, handOver } from "./handover.js";
import { addKey, browserName, giveControl, myKeys, nameKey, removeKeys } from "./keychange.js";
import { beginPairing } from "./pairing.js";
import { drawPrograms } from "./programs.js";
import { texts } from "../js/texts.js";
import { told } from "../js/time.js";
import { ago, byId, el, fieldError, leave, say, sayError, working } from "../js/ui.js";

const t = await texts("www");

const ANSWER_MS = 500;

let adding = null;

const checkWord = (id) => id.replace("key_", "").slice(0, 8).match(/.{1,4}/g).join(" ");

/** Reads what the new device shows: its link, or the keys alone. One that shows no encryption key was opened before there were any. */
async function parseKey(text) {
  const [multikey, encryption, mark] = text.trim().replace(/^.*#add=/s, "").split(".");
  const encryptionKey = encryption === undefined ? null : x25519Bytes(encryption);
  if (encryption !== undefined && !encryptionKey) throw new RangeError(t("js-devices-no-key"));
  return { multikey, encryptionKey, id: await keyId(multikeyBytes(multikey)), onlySigns: mark === "signs" };
}

/** Asks whether the device whose key is in the field is the person's. */
async function readKey() {
  const input = byId("key");
  try {
    adding = await parseKey(input.value);
  } catch {
    return fieldError(input, t("js-devices-no-key"));
  }
  fieldError(input);
  byId("check").textContent = checkWord(adding.id);
  byId("full").checked = false;
  byId("full").closest("label").hidden = adding.onlySigns;
  byId("only-signs").hidden = !adding.onlySigns;
  byId("confirm").hidden = false;
  byId("confirm").querySelector("h3").focus();
}

async function add() {
  await working(byId("add"), t("js-devices-adding"), async () => {
    const device = adding;
    const me = await signer();
    const name = byId("device-name").value.trim() || t("js-devices-another");
    // Before the device hears that it was added, so that older messages are there when it begins.
    const problems = device.encryptionKey ? await handOver(toHex(device.encryptionKey)) : [];
    if (adding !== device) return;
    await addKey(me, device, byId("full").checked);
    await nameKey(me, device.id, name);
    adding = null;
    byId("confirm").hidden = true;
    byId("key").value = "";
    say(problems.length ? "bad" : "good", t("js-devices-added"), ...problems);
    await Promise.all([drawKeys(), drawSessions()]);
  });
}

/** Shows the address of this box for a new device, with a code if there is one. */
function showAddress(did, code) {
  const address = `${location.origin}/device#who=${did}`;
  byId("new-device").replaceChildren(svg(code ? `${address}&code=${code}` : address, t("js-devices-new")));
  byId("pairing").hidden = !code;
  byId("pairing-code").textContent = code ?? "";
}

/** Waits until the question about a device is answered: another one must not take its place meanwhile. */
async function answered() {
  while (adding) await new Promise((wake) => setTimeout(wake, ANSWER_MS));
}

/** Asks about each new device that uses the code of this page. There is another code for the next one. */
async function awaitDevices(did) {
  for (;;) {
    const { code, keys } = await beginPairing();
    showAddress(did, code);
    const text = await keys();
    if (!text) continue;
    await answered();
    byId("key").value = text;
    await readKey();
    await answered();
  }
}

async function handOverOlder({ currentTarget }) {
  await working(currentTarget, t("js-devices-handing"), async () => {
    await signer();
    const problems = await handOver();
    if (problems.length) say("bad", ...problems);
    else say("good", t("js-devices-handed"));
  });
}

async function remove(id, button) {
  await working(button, t("js-signing"), async () => {
    await removeKeys(await signer(), [id]);
    say("good", t("js-devices-removed"));
    await Promise.all([drawKeys(), drawSessions()]);
  });
}

/** Lets a device of mine change my keys, too, after being asked. */
async function empower(key, button) {
  if (!(await sure(t("js-devices-control-sure", { name: callDevice(key, false) }), button))) return;
  await working(button, t("js-signing"), async () => {
    await giveControl(await signer(), key.id);
    say("good", t("js-devices-saved"));
    await drawKeys();
  });
}

async function drawKeys() {
  const did = signedInDid();
  const here = await people.get(did);
  byId("kept").hidden = (await get("/auth/api/session")).ownKey;
  const keys = await myKeys();
  byId("forget").hidden = !here;
  byId("lock").hidden = !here;
  const chain = await chainOf(did);
  if (!chain?.length) return byId("keys").replaceChildren(el("li", {}, t("js-devices-box-keeps")));
  const devices = keys.filter((key) => !key.sheet);
  const mayControl = devices.some((key) => key.id === here?.keyId && key.controls);
  byId("keys").replaceChildren(...devices.map((key) => keyRow(key, key.id === here?.keyId, mayControl)));
  const sheets = keys.length - devices.length;
  byId("sheet-count").textContent = t("js-devices-sheets", { count: sheets });
  byId("no-key").hidden = Boolean(here);
  const hasOthers = entriesAmong(servicesInForce(chain)).some(({ of, sheet }) => !sheet && of !== here?.keyId);
  byId("older").hidden = !here || !hasOthers || !canHandOver();
  await drawPrograms(keys);
}

const callDevice = (key, here) => key.name ?? (here ? t("js-devices-this") : t("js-devices-device", { check: checkWord(key.id) }));

function keyRow(key, here, mayControl) {
  const what = key.controls ? t("js-devices-controls") : t("js-devices-signs");
  const since = key.since ? ` ${t("js-devices-since", { month: month(key.since) })}` : "";
  const name = el("strong", {}, callDevice(key, here));
  const rename = el("button", { type: "button", "aria-label": t("js-devices-rename-it", { name: callDevice(key, here) }) }, t("js-devices-rename"));
  rename.addEventListener("click", () => askName(key, here, rename));
  const button = el("button", { type: "button", class: "danger", "aria-label": t("js-devices-remove-it", { name: callDevice(key, here) }) }, t("js-devices-remove"));
  button.addEventListener("click", () => confirmRemoval(key, button));
  const control = el("button", { type: "button", "aria-label": t("js-devices-control-it", { name: callDevice(key, here) }) }, t("js-devices-control"));
  control.addEventListener("click", () => empower(key, control).catch(sayError));
  return el("li", {}, el("div", { class: "row" },
    el("div", { class: "grow" }, name, here ? el("span", { class: "tag good" }, t("js-here")) : null, el("br"), el("span", { class: "hint" }, what + since)),
    el("div", { class: "actions" }, rename, mayControl && !key.controls ? control : null, here ? null : button)));
}

function askName(key, here, button) {
  const id = `name-${key.id}`;
  const input = el("input", { id, type: "text", maxlength: "60", autocomplete: "off", value: callDevice(key, here) });
  const save = el("button", { type: "submit" }, t("js-save"));
  const form = el("form", { class: "field", novalidate: true }, el("label", { for: id }, t("js-devices-call")), input, save);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    working(save, t("js-signing"), async () => {
      if (!input.value.trim()) return fieldError(input, t("js-devices-no-name"));
      await nameKey(await signer(), key.id, input.value.trim());
      await drawKeys();
      say("good", t("js-devices-saved"));
    });
  });
  button.replaceWith(form);
  input.select();
  input.focus();
}

function confirmRemoval(key, button) {
  const sure = el("button", { type: "button", class: "danger" }, t("js-devices-yes"));
  const keep = el("button", { type: "button" }, t("js-keep-it"));
  // A key without a name dates from before sheets had separate keys.
  const what = key.name ? t("js-devices-remove-why") : t("js-devices-remove-shared");
  const words = el("div", { class: "notice", role: "group" }, el("p", {}, what), el("div", { class: "actions" }, sure, keep));
  keep.addEventListener("click", () => (words.replaceWith(button), button.focus()));
  sure.addEventListener("click", () => remove(key.id, sure));
  button.replaceWith(words);
  sure.focus();
}

/** Takes this browser's key out of use, forgets it here, and signs out. Somebody else at this browser finds nothing. */
async function forgetHere(event) {
  event.preventDefault();
  const sure = byId("forget-sure");
  if (!sure.checked) return fieldError(sure, t("js-devices-tick"));
  fieldError(sure);
  await working(byId("forget-go"), t("js-devices-removing"), async () => {
    const did = signedInDid();
    const me = await people.get(did);
    const keys = await myKeys();
    const own = keys.find((key) => key.id === me?.keyId);
    const others = keys.some((key) => key.id !== me?.keyId && key.controls);
    if (own?.controls && !others) throw new Error(t("js-devices-only-key"));
    // A key that may not change which keys are mine stays in their list, where another device takes it out of use.
    if (own?.controls) await removeKeys(await unlocked(me), [me.keyId]);
    else await signOut();
    await people.remove(did);
    await forgetKept();
    for (const name of ["create", "device"]) await drafts.remove(name);
    await forgetPages();
    await leave("/");
  });
}

async function drawSessions() {
  const { sessions } = await get("/auth/api/sessions");
  byId("sessions").replaceChildren(...sessions.map(sessionRow));
}

const month = (time) => told(time, { month: "long", year: "numeric" });

function sessionRow(session) {
  const seen = session.seenAt;
  const name = browserName(session.label);
  const end = el("button", { type: "button" }, t("js-devices-end"));
  end.setAttribute("aria-label", t("js-devices-end-it", { name, month: month(session.createdAt) }));
  end.addEventListener("click", () =>
    working(end, t("js-devices-ending"), async () => {
      await request("DELETE", `/auth/api/sessions/${encodeURIComponent(session.id)}`);
      await drawSessions();
    }));
  return el("li", {}, el("div", { class: "row" },
    el("div", { class: "grow" }, el("strong", { title: session.label }, name), t("js-devices-session-since", { month: month(session.createdAt) }), el("br"), el("span", { class: "hint" }, el("time", { datetime: seen, title: told(seen) }, t("js-devices-seen", { ago: ago(seen) })))),
    session.current ? el("span", { class: "tag good" }, t("js-here")) : end));
}

async function start() {
  byId("form-add").addEventListener("submit", (event) => {
    event.preventDefault();
    readKey();
  });
  byId("form-forget").addEventListener("submit", forgetHere);
  byId("add").addEventListener("click", add);
  byId("hand-over").addEventListener("click", handOverOlder);
  byId("not-add").addEventListener("click", () => {
    adding = null;
    byId("confirm").hidden = true;
    byId("key").focus();
  });
  document.addEventListener("keys-changed", () => Promise.all([drawKeys(), drawSessions()]).catch(sayError));
  byId("sign-out").addEventListener("click", (event) =>
    working(event.target, t("js-signing-out"), async () => {
      await signOut();
      await leave("/");
    }));
  await offerCamera(byId("scan"), (text) => text.includes("#add="), (text) => {
    byId("key").value = text;
    byId("form-add").requestSubmit();
  });
  const did = signedInDid();
  if (await people.get(did)) awaitDevices(did).catch(sayError);
  else showAddress(did, null);
  await Promise.all([drawKeys(), drawSessions()]);
  if (location.hash.startsWith("#add=")) {
    byId("key").value = location.hash.slice(5);
    history.replaceState(null, "", "/devices");
    byId("form-add").requestSubmit();
  }
}

start().catch(sayError);

// Recovery sheets: listing, making, trying and revoking them. A sheet's key becomes valid only after the sheet was read back.

import { get } from "../js/api.js";
import { equal } from "../js/base.js";
import { keysInForce, multikeyBytes } from "../js/dfos.js";
import { importKeys, newSeeds, wipe } from "../js/key.js";
import { offerCamera, textOfFile } from "../js/scan.js";
import { chainOf, signedInDid, signer } from "../js/session.js";
import { PREFIX, openSheet, seal, suggestion, tidy } from "../js/sheet.js";
import { people } from "../js/store.js";
import { texts } from "../js/texts.js";
import { told } from "../js/time.js";
import { byId, el, fieldError, quiet, say, sayError, showOnly, working } from "../js/ui.js";
import { addKey, myKeys, nameKey, removeKeys } from "./keychange.js";
import { drawPaper, savePaper, saySaved } from "./paper.js";
import { orphanedPrograms } from "./programs.js";

const t = await texts("www");

const PASSPHRASE_MIN = 12;
/** The sheet that is being made; none while one is only tried. */
let making = null;

function show(step) {
  quiet();
  showOnly(byId(`step-${step}`), ["list", "make", "sheet", "test"].map((name) => byId(`step-${name}`)));
  document.body.classList.toggle("has-sheet", step === "sheet");
}

const day = (time) => (time ? told(time, { dateStyle: "long" }) : "");

async function draw() {
  const all = await myKeys();
  const sheets = all.filter((key) => key.sheet);
  byId("no-key").hidden = Boolean(await people.get(signedInDid()));
  // A key without a name may be on a sheet as well.
  byId("shared").hidden = sheets.length > 0 || all.every((key) => key.name);
  byId("sheets").replaceChildren(...(sheets.length ? sheets.map(row) : [el("li", {}, t("js-sheets-none"))]));
}

function row(sheet) {
  const button = el("button", { type: "button", class: "danger", "aria-label": t("js-sheets-revoke-it", { name: sheet.name }) }, t("js-sheets-revoke"));
  button.addEventListener("click", () => confirmRevoking(sheet, button));
  return el("li", {}, el("div", { class: "row" }, el("div", { class: "grow" }, el("strong", {}, sheet.name), el("br"), el("span", { class: "hint" }, t("js-sheets-made", { date: day(sheet.since) }))), button));
}

function confirmRevoking(sheet, button) {
  const sure = el("button", { type: "button", class: "danger" }, t("js-sheets-yes"));
  const keep = el("button", { type: "button" }, t("js-keep-it"));
  const words = el("div", { class: "notice", role: "group" }, el("p", {}, t("js-sheets-revoke-why", { name: sheet.name })), el("div", { class: "actions" }, sure, keep));
  keep.addEventListener("click", () => (words.replaceWith(button), button.focus()));
  sure.addEventListener("click", () => working(sure, t("js-signing"), async () => {
    await removeKeys(await signer(), [sheet.id]);
    await draw();
    const programs = await orphanedPrograms(await myKeys());
    const onward = programs.length ? [el("p", {}, el("a", { href: "/devices" }, t("js-sheets-programs")))] : [];
    say("good", t("js-sheets-revoked", { name: sheet.name }), ...onward);
  }));
  button.replaceWith(words);
  sure.focus();
}

async function make(event) {
  event.preventDefault();
  const [label, passphrase] = [byId("sheet-label"), byId("passphrase")];
  if (!label.value.trim()) return fieldError(label, t("js-sheets-no-name"));
  fieldError(label);
  if (passphrase.value.trim().length < PASSPHRASE_MIN) return fieldError(passphrase, t("js-passphrase-short", { count: PASSPHRASE_MIN }));
  fieldError(passphrase);
  await working(byId("make"), t("js-sheets-making"), async () => {
    const me = await signer();
    const seeds = newSeeds();
    try {
      const keys = await importKeys(seeds);
      making = { label: label.value.trim(), did: me.did, name: me.name, sheet: await seal(seeds, me.did, passphrase.value), id: keys.keyId, multikey: keys.multikey, encryptionKey: keys.encryptionKey };
    } finally {
      wipe(seeds);
    }
    passphrase.value = "";
    drawPaper(making);
    show("sheet");
  });
}

async function test(event) {
  event.preventDefault();
  const [letters, passphrase] = [byId("letters"), byId("test-passphrase")];
  if (!letters.value.trim()) return fieldError(letters, t("js-sheet-first"));
  fieldError(letters);
  if (!passphrase.value) return fieldError(passphrase, t("js-sheet-needs-passphrase"));
  fieldError(passphrase);
  await working(byId("test"), t("js-sheet-opening"), async () => {
    const { seeds, did } = await openSheet(letters.value, passphrase.value);
    let keys;
    try {
      keys = await importKeys(seeds);
    } finally {
      wipe(seeds);
    }
    const said = making ? await keepNew(did, keys) : await tried(did, keys);
    letters.value = "";
    passphrase.value = "";
    byId("sheet-file").value = "";
    await draw();
    show("list");
    say("good", said);
  });
}

async function keepNew(did, keys) {
  if (did !== making.did || keys.keyId !== making.id) throw new Error(t("js-sheets-other"));
  const me = await signer();
  await addKey(me, making, true, { sheet: true });
  await nameKey(me, making.id, making.label, true);
  const { label } = making;
  making = null;
  byId("form-make").reset();
  return t("js-sheets-valid", { name: label });
}

async function tried(did, keys) {
  if (did !== signedInDid()) throw new Error(t("js-sheets-not-yours"));
  const chain = (await chainOf(did)) ?? [];
  const inForce = chain.length && keysInForce(chain).authKeys.some((key) => equal(multikeyBytes(key.publicKeyMultibase), keys.publicKey));
  if (!inForce) throw new Error(t("js-sheets-was-revoked"));
  const known = (await myKeys()).find((key) => key.id === keys.keyId);
  return known?.sheet ? t("js-sheets-works", { name: known.name }) : t("js-sheets-works-shared");
}

/** Goes back from the test of a new sheet to the sheet, and from everything else to the list. */
function goBack() {
  if (making && !byId("step-test").hidden) return show("sheet");
  making = null;
  return show("list");
}

function bind() {
  byId("new")?.addEventListener("click", () => show("make"));
  byId("try").addEventListener("click", () => {
    making = null;
    show("test");
  });
  for (const button of document.querySelectorAll("[data-back]")) button.addEventListener("click", goBack);
  byId("form-make").addEventListener("submit", make);
  byId("form-test").addEventListener("submit", test);
  byId("suggest").addEventListener("click", () => {
    byId("passphrase").value = suggestion();
    byId("passphrase").type = "text";
    byId("see").checked = true;
  });
  byId("see").addEventListener("change", (event) => (byId("passphrase").type = event.target.checked ? "text" : "password"));
  byId("print").addEventListener("click", () => window.print());
  byId("save").addEventListener("click", () => {
    savePaper(making);
    show("test");
    saySaved();
  });
  byId("to-test").addEventListener("click", () => show("test"));
  byId("sheet-file").addEventListener("change", async (event) => {
    try {
      const [file] = event.target.files;
      if (file) byId("letters").value = tidy(await textOfFile(file));
    } catch (error) {
      sayError(error);
    }
  });
}

async function start() {
  bind();
  await get("/auth/api/node"); // sets the box's time, which dates signatures
  await offerCamera(byId("scan"), (text) => text.toLowerCase().startsWith(PREFIX), (text) => (byId("letters").value = tidy(text)));
  await draw();
}

start().catch(sayError);

// Bringing a copy of a record to this box: the file goes there in pieces and survives lost connections, the box checks it, and its owner's key
// makes this box its home. The key is one that this browser holds, or that of a recovery sheet.

import { ApiError, NoAnswer, get, post, request } from "../js/api.js";
import { unavailable } from "../js/key.js";
import { unlocked } from "../js/keys/lock.js";
import { checkNode } from "../js/node.js";
import { answerTo, chainOf, signIn, signedInDid } from "../js/session.js";
import { drafts, people } from "../js/store.js";
import { texts } from "../js/texts.js";
import { byId, fieldError, leave, say, sayError, showOnly, size, working } from "../js/ui.js";
import { drawBar } from "./exports.js";
import { makeHome } from "./newhome.js";
import { drawReport } from "./report.js";
import { openKey, readsSheets, settle, sheetTyped } from "./sheetkey.js";

const t = await texts("www");

const PIECE_BYTES = 4 << 20;
const AGAIN_MS = 2_000;
const CHECK_MS = 700;
const DRAFT = "bring";
/** The box is busy, or has another part of the file than this page thinks. */
const PASSING = [409, 429, 503];

const parts = () => ["choose", "sending", "found"].map(byId);
const pathOf = (id) => `/auth/api/imports/${encodeURIComponent(id)}`;
const soon = (ms) => new Promise((wake) => setTimeout(wake, ms));

/** The import that is on its way: its path, what opens it, and what its check found. */
let bringing = null;

function draw(words, bytes, bytesTotal) {
  byId("sending-words").textContent = words;
  drawBar(byId("progress"), { bytes, bytesTotal });
  byId("how-far").textContent = t("js-copy-bytes", { done: size(bytes), all: size(bytesTotal) });
}

/** What identifies a chosen file from one visit to the next. */
const marks = (file) => ({ file: file.name, size: file.size, modified: file.lastModified });

/** Begins an import, or continues the one that this file began. */
async function begin(file) {
  const before = await drafts.get(DRAFT);
  const isSame = Object.entries(marks(file)).every(([name, value]) => before?.[name] === value);
  if (isSame) {
    try {
      return await get(pathOf(before.id));
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    }
  }
  const wish = { size: file.size };
  const code = byId("invite")?.value.trim();
  if (code) wish.inviteCode = code;
  const begun = await post("/auth/api/imports", wish);
  await drafts.put({ name: DRAFT, id: begun.id, ...marks(file) });
  return begun;
}

async function send(file, path, received) {
  let sent = received;
  let words = t("js-bring-sending");
  while (sent < file.size) {
    draw(words, sent, file.size);
    try {
      const piece = file.slice(sent, sent + PIECE_BYTES);
      const answer = await request("PUT", `${path}?offset=${sent}`, { body: piece, headers: { "content-type": "application/octet-stream" } });
      sent = answer.received;
      words = t("js-bring-sending");
    } catch (error) {
      if (!isPassing(error)) throw error;
      words = t("js-bring-waiting");
      draw(words, sent, file.size);
      await soon(AGAIN_MS);
      sent = await get(path).then(({ received: here }) => here, (other) => {
        if (!isPassing(other)) throw other;
        return sent;
      });
    }
  }
}

const isPassing = (error) => error instanceof NoAnswer || (error instanceof ApiError && PASSING.includes(error.status));

/** Has the box check what arrived, and shows how far it is. */
async function check(wish) {
  const { path, bytes } = bringing;
  let isChecking = true;
  const asked = post(`${path}/check`, wish).finally(() => (isChecking = false));
  draw(t("js-bring-checking"), 0, bytes);
  const look = async () => {
    while (isChecking) {
      await soon(CHECK_MS);
      if (!isChecking) return;
      const { checking } = await get(path).catch(() => ({}));
      if (checking) draw(t("js-bring-checking"), Math.min(checking, bytes), bytes);
    }
  };
  look();
  return asked;
}

async function bring(event) {
  event.preventDefault();
  const [input, passphrase] = [byId("file"), byId("copy-passphrase")];
  const [file] = input.files;
  fieldError(input, file ? null : t("js-bring-no-file"));
  if (!file) return;
  const isLocked = !byId("locked").hidden;
  fieldError(passphrase, isLocked && !passphrase.value ? t("js-bring-needs-passphrase") : null);
  if (isLocked && !passphrase.value) return;
  await working(byId("go"), t("js-bring-beginning"), async () => {
    const begun = await begin(file);
    bringing = { path: pathOf(begun.id), bytes: file.size, opens: isLocked ? { passphrase: passphrase.value } : {} };
    showOnly(byId("sending"), parts());
    try {
      await send(file, bringing.path, begun.received);
      await show(await check(bringing.opens));
    } catch (error) {
      showOnly(byId("choose"), parts());
      throw error;
    }
  });
}

/** Whether the session alone lets the box keep a copy of this record: that of its person, or of the box's owner. */
const keepsFor = (did) => signedInDid() === did || (Boolean(signedInDid()) && "owner" in byId("found").dataset);

/** Asks for a backup; where the session is not enough, with a signature of the person whose record it is. */
async function backup({ path, person, found }) {
  try {
    return await post(`${path}/backup`);
  } catch (error) {
    if (!(person && error instanceof ApiError && error.problem.challenge)) throw error;
    await checkNode(found.toSign.node);
    return post(`${path}/backup`, { presence: await answerTo(error.problem, await unlocked(person)) });
  }
}

async function show(found) {
  byId("report").replaceChildren(...drawReport(found.report));
  const person = found.toSign ? await people.get(found.toSign.did) : null;
  Object.assign(bringing, { found, person });
  byId("home").hidden = !person;
  byId("form-sheet").hidden = !found.toSign || Boolean(person);
  byId("backup").hidden = !found.toSign || !(person || keepsFor(found.toSign.did));
  byId("choices").hidden = !found.toSign;
  if (!found.toSign) await drafts.remove(DRAFT);
  showOnly(byId("found"), parts());
}

/** What the owner signs with this key: a key that signed before says what it signed last. */
async function toSign(person) {
  const { toSign: place } = await check({ ...bringing.opens, kid: `${person.did}#${person.keyId}` });
  if (!place) throw new Error(t("js-bring-gone"));
  return place;
}

async function makeItHome(person) {
  await makeHome(bringing.path, person, await toSign(person));
  await drafts.remove(DRAFT);
}

async function homeWithKey() {
  const person = await unlocked(bringing.person);
  await makeItHome(person);
  if (signedInDid() !== person.did) await signIn(person);
  return leave("/data");
}

async function homeWithSheet({ letters, passphrase }) {
  const opened = await openKey(letters, passphrase);
  if (opened.did !== bringing.found.toSign.did) throw new Error(t("js-bring-other-sheet"));
  await makeItHome(opened.person);
  await settle(opened, await chainOf(opened.did));
  return leave("/data");
}

async function keepAsBackup() {
  const answer = await backup(bringing);
  await drafts.remove(DRAFT);
  showOnly(byId("choose"), parts());
  say("good", answer.changed === false ? t("js-sticks-all-here") : t("js-sticks-is-backup"));
}

async function leaveIt() {
  // One that was not valid is gone already.
  if (bringing.found.toSign) await request("DELETE", bringing.path);
  await drafts.remove(DRAFT);
  bringing = null;
  byId("form-bring").reset();
  showOnly(byId("choose"), parts());
}

function chosen() {
  const [file] = byId("file").files;
  byId("locked").hidden = !file?.name.toLowerCase().endsWith(".age");
  fieldError(byId("file"));
}

async function start() {
  const problem = await unavailable();
  if (problem) return say("bad", problem);
  const code = new URLSearchParams(location.search).get("invite");
  if (code && byId("invite")) byId("invite").value = code;
  byId("file").addEventListener("change", chosen);
  byId("form-bring").addEventListener("submit", bring);
  byId("home").addEventListener("click", ({ currentTarget }) => working(currentTarget, t("js-signing"), homeWithKey));
  byId("backup").addEventListener("click", ({ currentTarget }) => working(currentTarget, t("js-sticks-keeping"), keepAsBackup));
  byId("leave").addEventListener("click", ({ currentTarget }) => working(currentTarget, t("js-bring-leaving"), leaveIt));
  byId("form-sheet").addEventListener("submit", (event) => {
    event.preventDefault();
    const typed = sheetTyped();
    if (typed) working(byId("sheet-home"), t("js-sheet-opening"), () => homeWithSheet(typed));
  });
  await readsSheets();
}

start().catch(sayError);

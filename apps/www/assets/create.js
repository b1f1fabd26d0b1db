// The wizard that makes an identity: name, key, sheet, its test, done. Every step is kept in this
// browser, so closing the page halfway loses nothing; the box hears of it only at the end, when the
// sheet has been read back.

import { ApiError, get, nodeNow, post } from "../js/api.js";
import { toHex, utf8 } from "../js/base.js";
import { meet } from "../js/confirm.js";
import { createToken, keyEntry, keysInForce } from "../js/dfos.js";
import { didOf, importKeys, newSeeds, signBytes, unavailable, wipe } from "../js/key.js";
import { encryptionEntry } from "../js/keys/encryption.js";
import { checkNode, knownNode } from "../js/node.js";
import { placeOf, submit } from "../js/proof.js";
import { offerCamera, textOfFile } from "../js/scan.js";
import { chainOf, signIn } from "../js/session.js";
import { PREFIX, openSheet, seal, suggestion, tidy } from "../js/sheet.js";
import { drafts, people, persist } from "../js/store.js";
import { checkCode, codeOfAddress } from "./codes.js";
import { tellElsewhere } from "./elsewhere.js";
import { browserName, isLentName, nameKey } from "./keychange.js";
import { drawPaper, savePaper, saySaved } from "./paper.js";
import { servicesOf } from "./where.js";
import { texts } from "../js/texts.js";
import { ownZone } from "../js/time.js";
import { byId, fieldError, leave, quiet, say, sayError, showOnly, working } from "../js/ui.js";

const t = await texts("www");

const STEPS = ["name", "key", "sheet", "test", "done"];
const PASSPHRASE_MIN = 12;
let draft = { name: "create", step: "name" };

function show(step) {
  draft.step = step;
  quiet();
  STEPS.forEach((name, i) => {
    const mark = byId(`mark-${name}`);
    mark.toggleAttribute("aria-current", false);
    if (name === step) mark.setAttribute("aria-current", "step");
    mark.classList.toggle("past", i < STEPS.indexOf(step));
  });
  showOnly(byId(`step-${step}`), STEPS.map((name) => byId(`step-${name}`)));
  document.body.classList.toggle("has-sheet", step === "sheet");
}

async function keep(changes) {
  draft = { ...draft, ...changes };
  await drafts.put(draft);
}

/** Follows a claim link or an invitation: as the page opens, and when somebody pastes it into the address bar of the open page. */
async function followLink() {
  const code = codeOfAddress();
  if (!code) return;
  const { problem, ...found } = await checkCode(code.claim ? { claim: code.claim } : { invite: code.invite });
  if (!problem) await keep({ claim: null, invite: null, connect: false, inviter: null, ...code, ...found });
  showCodes();
  if (!problem) {
    if (draft.step !== "name") say("good", code.claim ? CLAIMED : invited());
    return;
  }
  const field = byId(code.claim ? "claim" : "invite");
  if (!field || draft.step !== "name") return say("bad", problem);
  byId("code-came").hidden = true;
  field.closest("[data-code]").hidden = false;
  field.value = code.claim ?? code.invite;
  fieldError(field, problem);
}

const CLAIMED = t("js-create-claimed");

/** The greeting, with the names of the inviter and of the box. */
function invited() {
  const words = { name: draft.inviter, box: byId("code-came").dataset.box };
  if (!draft.inviter) return t("js-create-invited", words);
  return t(draft.connect ? "js-create-invited-connect" : "js-create-invited-by", words);
}

/** A code that came by a link is said and not asked for. */
function showCodes() {
  const came = (byId("claim") && draft.claim && CLAIMED) || (draft.invite && invited());
  byId("code-came").hidden = !came;
  byId("code-came").firstElementChild.textContent = came || "";
  for (const name of ["claim", "invite"]) {
    const input = byId(name);
    if (!input) continue;
    input.value = draft[name] ?? "";
    input.closest("[data-code]").hidden = Boolean(draft[name]) || (name === "invite" && Boolean(draft.own));
  }
}

/** Whether a code is there that this box takes. What is wrong with it is told next to its field. */
async function hasGoodCode() {
  for (const name of ["claim", "invite"]) {
    const input = byId(name);
    if (!input || (name === "invite" && draft.own && !input.value.trim())) continue;
    const code = input.value.trim();
    const { problem, ...found } = code ? await checkCode({ [name]: code }) : { problem: MISSING[name] };
    input.closest("[data-code]").hidden &&= !problem;
    if (problem) byId("code-came").hidden = true;
    fieldError(input, problem);
    if (problem) return false;
    await keep({ [name]: code, ...found });
  }
  return true;
}

const MISSING = {
  claim: t("js-create-no-claim"),
  invite: t("js-create-no-invite"),
};

async function submitName(event) {
  event.preventDefault();
  const input = byId("name");
  const name = input.value.trim();
  if (!name) return fieldError(input, t("js-create-no-name"));
  fieldError(input);
  await working(byId("to-key"), t("js-create-checking"), async () => {
    const wasGreeted = !byId("code-came").hidden;
    if (!(await hasGoodCode())) return;
    await keep({ displayName: name, step: "key" });
    show("key");
    // A code that was typed says only now who invites.
    if (draft.inviter && !wasGreeted) say("good", invited());
  });
}

async function makeKey(event) {
  event.preventDefault();
  const input = byId("passphrase");
  if (input.value.trim().length < PASSPHRASE_MIN) {
    return fieldError(input, t("js-passphrase-short", { count: PASSPHRASE_MIN }));
  }
  fieldError(input);
  await working(byId("make"), t("js-create-making"), async () => {
    if (!draft.keys) await newIdentity(input.value);
    input.value = "";
    persist();
    drawSheet();
    show("sheet");
  });
}

// The sheet gets separate keys, besides this browser's: they outlive every device. Both are made at the same time, because
// afterwards none of the keys can be read any more.
async function newIdentity(passphrase) {
  const node = await get("/auth/api/node"); // sets the box's time, which dates the first signature
  const seeds = newSeeds();
  const sheetSeeds = newSeeds();
  try {
    const [keys, sheetKeys] = [await importKeys(seeds), await importKeys(sheetSeeds)];
    // Under a name that a registry gave, the sheet alone controls the identity, which is therefore that of its key.
    const [founder, other] = isLentName() ? [sheetKeys, keys] : [keys, sheetKeys];
    // A guest keeps their ID; the new key becomes its key.
    const did = draft.own ?? didOf(founder.publicKey);
    const sheet = await seal(sheetSeeds, did, passphrase);
    const encryption = [encryptionEntry(keys.keyId, keys.encryptionKey), encryptionEntry(sheetKeys.keyId, sheetKeys.encryptionKey, true)];
    const services = [...(servicesOf(node) ?? []), ...encryption];
    const genesis = await createToken(founder, nodeNow(), services, [keyEntry(other.keyId, other.multikey)], isLentName());
    const signatures = draft.own ? await possession(did, genesis, [keys, sheetKeys]) : null;
    await keep({ did, keys, founder: { keyId: founder.keyId, sign: founder.sign }, sheet, sheetKey: sheetKeys.keyId, sheetEncryption: sheetKeys.encryptionKey, signatures, genesis, step: "sheet" });
  } finally {
    wipe(seeds);
    wipe(sheetSeeds);
  }
}

/** That all these keys are mine, they say themselves: a chain is public. */
async function possession(did, genesis, all) {
  const text = utf8(`imajin:upgrade:1:${await knownNode()}:${did}:${genesis.cid}`);
  const signed = await Promise.all(all.map(async (keys) => [keys.multikey, toHex(await signBytes(keys.sign, text))]));
  return Object.fromEntries(signed);
}

const drawSheet = () => drawPaper({ name: draft.displayName, did: draft.did, sheet: draft.sheet });

async function goToTest() {
  await keep({ step: "test" });
  show("test");
}

/** A saved sheet needs no further word: the test shows whether somebody has it. */
async function saveSheet() {
  savePaper({ name: draft.displayName, did: draft.did, sheet: draft.sheet });
  await goToTest();
  saySaved();
}

async function testSheet(event) {
  event.preventDefault();
  const passphrase = byId("test-passphrase");
  const letters = byId("letters");
  if (!letters.value.trim()) return fieldError(letters, t("js-sheet-first"));
  fieldError(letters);
  if (!passphrase.value) return fieldError(passphrase, t("js-sheet-needs-passphrase"));
  fieldError(passphrase);
  await working(byId("test"), t("js-sheet-opening"), async () => {
    const { seeds, did } = await openSheet(letters.value, passphrase.value);
    wipe(seeds);
    if (did !== draft.did) throw new Error(t("js-create-other-sheet"));
    passphrase.value = "";
    letters.value = "";
    await keep({ step: "done" });
    show("done");
    await finish();
  });
}

/** Tells the box, signs in, writes the name. Each part asks first whether it was done before. */
async function finish() {
  const { did, keys } = draft;
  const person = { did, keyId: keys.keyId, sign: keys.sign, agree: keys.agree, publicKey: keys.publicKey, encryptionKey: keys.encryptionKey, name: draft.displayName };
  byId("finishing").hidden = false;
  byId("finish-again").hidden = true;
  try {
    await people.put(person);
    if (draft.own) await makeOwn(person);
    else await createAtNode(person);
    await signIn(person);
    const profile = { service: "profile", op: "profile.update", body: { displayName: draft.displayName } };
    if (!draft.named) await submit(person, profile);
    await keep({ named: true });
    if (!draft.keysNamed && draft.sheetKey) {
      await nameKey(person, person.keyId, browserName());
      await nameKey(person, draft.sheetKey, t("js-create-first-sheet"), true);
    }
    await keep({ keysNamed: true });
    await meet(person);
    if (draft.connect) await connect(person);
    const { role } = await get("/auth/api/session");
    // A new box has no clock on the wall yet: that of its owner is the best guess.
    if (role === "owner") await post("/settings/box/zone", { zone: ownZone() ?? "" });
    await drafts.remove("create");
    byId("finishing").hidden = true;
    byId("finished").hidden = false;
    byId("finished-name").textContent = draft.displayName;
    for (const line of document.querySelectorAll("[data-role]")) line.hidden = line.dataset.role !== role;
    byId("finished-owner").hidden = role !== "owner";
    const heading = byId("finished").querySelector("h1");
    heading.tabIndex = -1;
    heading.focus();
  } catch (error) {
    sayError(error);
    byId("finishing").hidden = true;
    byId("finish-again").hidden = false;
    const refused = error instanceof ApiError && [401, 403, 409].includes(error.status);
    // Another person may have claimed the box meanwhile: then an invitation is the way in.
    const claims = refused && draft.claim && error.status === 403;
    byId("claim-again").hidden = !claims;
    byId("invite-again").hidden = !refused || claims;
    byId("claim-code").value = claims ? draft.claim : "";
    byId("invite-code").value = draft.invite ?? "";
  }
}

/** Connects with the inviter: the greeting said so before the key was made. Where that fails, a button leads to the invitation's page, which says why. */
async function connect(person) {
  const address = encodeURIComponent(draft.invite);
  try {
    const [{ acceptInvitation }, { id, inviter, write }] = await Promise.all([import("/assets/connections/accept-acts.js"), get(`/connections/api/invites/${address}`)]);
    await acceptInvitation(person, { inviter: inviter.did, invite: id, code: draft.invite });
    byId("finished-connected").textContent = t("js-create-connected", { name: draft.inviter ?? "" });
    byId("finished-connected").hidden = !draft.inviter;
    if (write && draft.inviter) offerToWrite(write, draft.inviter);
  } catch (error) {
    console.warn(error);
    byId("finished-invite").href = `/connections/invite/${address}`;
    byId("finished-invite").hidden = false;
  }
}

/** The way to write to the inviter, at the end of the wizard. */
function offerToWrite(href, name) {
  const link = byId("finished-write");
  link.href = href;
  link.textContent = t("js-create-write", { name });
  link.hidden = false;
}

// The key to which copies are encrypted. An identity that was begun before sheets had a separate encryption key uses one
// key for both.
const ownerKey = (person) => draft.sheetEncryption ?? person.encryptionKey;

async function createAtNode(person) {
  // The identity may have been entered although the answer was lost.
  if ((await placeOf(person)).chain !== null) return;
  const node = await get("/auth/api/node");
  await checkNode(node.did);
  const body = {
    token: draft.genesis.token,
    home: { node: node.did, url: node.url, epoch: 1 },
    scope: "actor",
    subtype: "human",
    encryption_key: ownerKey(person),
  };
  const place = { node: node.did, seen: null, after: null, chain: draft.genesis.cid };
  const headers = {};
  if (draft.claim) headers["X-Imajin-Claim"] = draft.claim;
  else if (draft.invite) headers["X-Imajin-Invite"] = draft.invite;
  // Owning the box is entered in the box's own record too, so the signature names it.
  const to = draft.claim ? [node.did] : [];
  // A draft of an earlier page has no founder: its key founded the identity.
  await submit({ ...person, ...draft.founder }, { service: "auth", op: "auth.identity.create", body, to }, { place, headers });
}

/** The keys of an identity that the box kept become this key: same address, same record. */
async function makeOwn(person) {
  // The keys may have been changed although the answer was lost.
  const chain = await chainOf(person.did);
  if (chain?.length && keysInForce(chain).authKeys.some((key) => key.publicKeyMultibase === draft.keys.multikey)) return;
  // An identity that was begun before sheets had separate keys has none for the sheet.
  const signatures = draft.signatures ?? (await possession(person.did, draft.genesis, [draft.keys]));
  const ask = { log: [draft.genesis.token], signatures, encryptionKey: toHex(ownerKey(person)) };
  if (draft.invite) ask.inviteCode = draft.invite;
  await post("/auth/api/upgrade", ask);
}

/** The wizard for a guest who came in by e-mail: the identity is there, and gets a key of its own. */
async function takeOwn() {
  const query = new URLSearchParams(location.search);
  if (query.get("own") === null) return;
  // An invitation in the same address is followed afterwards.
  query.delete("own");
  history.replaceState(null, "", query.size > 0 ? `/create?${query}` : "/create");
  const { ownKey, did, name } = await get("/auth/api/session");
  if (ownKey) throw new Error(t("js-create-own-already"));
  // The earlier draft was for another identity.
  if (draft.own !== did) draft = { name: "create", step: "name" };
  await keep({ own: did, displayName: draft.displayName ?? name });
}

async function startOver() {
  await drafts.remove("create");
  await leave();
}

function bind() {
  byId("form-name").addEventListener("submit", submitName);
  byId("form-key").addEventListener("submit", makeKey);
  byId("form-test").addEventListener("submit", testSheet);
  byId("suggest").addEventListener("click", () => {
    byId("passphrase").value = suggestion();
    byId("passphrase").type = "text";
    byId("see").checked = true;
  });
  byId("see").addEventListener("change", (event) => (byId("passphrase").type = event.target.checked ? "text" : "password"));
  byId("print").addEventListener("click", () => window.print());
  byId("save").addEventListener("click", () => saveSheet().catch(sayError));
  byId("to-test").addEventListener("click", () => goToTest().catch(sayError));
  byId("back-to-sheet").addEventListener("click", async () => {
    await keep({ step: "sheet" });
    show("sheet");
  });
  byId("sheet-file").addEventListener("change", async (event) => {
    try {
      const [file] = event.target.files;
      if (!file) return;
      byId("letters").value = tidy(await textOfFile(file));
      fieldError(byId("letters"));
    } catch (error) {
      sayError(error);
    }
  });
  byId("try-again").addEventListener("click", ({ currentTarget }) => working(currentTarget, t("js-create-checking"), async () => {
    const invite = byId("invite-code").value.trim();
    // Without a greeting, a code only lets in.
    const greeting = invite === (draft.invite ?? "") ? {} : { connect: false, inviter: null };
    await keep({ claim: byId("claim-code").value.trim(), invite, ...greeting });
    await finish();
  }));
  for (const button of document.querySelectorAll("[data-start-over]")) button.addEventListener("click", startOver);
  offerCamera(byId("scan"), (text) => text.toLowerCase().startsWith(PREFIX), (text) => (byId("letters").value = tidy(text)));
}

async function start() {
  const problem = await unavailable();
  if (problem) {
    for (const name of STEPS) byId(`step-${name}`).hidden = true;
    return say("bad", problem);
  }
  draft = (await drafts.get("create")) ?? draft;
  // The box got its owner since this was begun.
  if (draft.step === "name" && !byId("claim")) draft.claim = null;
  await takeOwn();
  bind();
  byId("name").value = draft.displayName ?? "";
  showCodes();
  byId("own").hidden = !draft.own;
  if (byId("signed-in")) byId("signed-in").hidden = Boolean(draft.own);
  byId("resumed").hidden = draft.step === "name";
  if (!draft.own) tellElsewhere();
  if (draft.sheet) drawSheet();
  if (draft.step !== "name") show(draft.step);
  await followLink();
  // Only the part behind the `#` changes where a claim link is pasted over this page's own address: no page is loaded then.
  addEventListener("hashchange", () => followLink().catch(sayError));
  if (draft.step === "done") await finish();
}

start().catch(sayError);

// The wizard that makes an identity: name, key, sheet, its test, done. Every step is kept in this
// browser, so closing the page halfway loses nothing; the box hears of it only at the end, when the
// sheet has been read back.

import { ApiError, get, nodeNow, post } from "../api.js";
import { toHex, utf8 } from "../base.js";
import { meet } from "../confirm.js";
import { createToken, keysInForce } from "../dfos.js";
import { didOf, importKeys, newSeeds, signBytes, unavailable, wipe } from "../key.js";
import { checkNode, knownNode } from "../node.js";
import { placeOf, submit } from "../proof.js";
import { svg } from "../qr.js";
import { offerCamera, textOfFile } from "../scan.js";
import { chainOf, signIn } from "../session.js";
import { PREFIX, openSheet, printed, seal, suggestion, tidy } from "../sheet.js";
import { drafts, people, persist } from "../store.js";
import { servicesOf } from "../where.js";
import { byId, fieldError, quiet, saveFile, say, sayError, showOnly, working } from "../ui.js";

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

/** The code of a link: the claim link that the box printed at its first start, or an invitation. It leaves the address bar. */
async function takeCode() {
  const query = new URLSearchParams(location.search);
  const invite = query.get("invite");
  const claim = query.get("code") ?? (location.pathname === "/claim" ? decodeURIComponent(location.hash.slice(1)) : "");
  // Who comes from an invitation to connect accepts it in the end.
  if (invite) await keep({ invite: invite.trim(), connect: query.has("connect") });
  if (claim) await keep({ claim: claim.trim() });
  if (invite || claim) history.replaceState(null, "", "/create");
}

function showClaim() {
  byId("claim").value = draft.claim ?? "";
  byId("claim-came").hidden = !draft.claim;
  byId("claim-details").hidden = Boolean(draft.claim);
  // Someone who pressed "I have the code" comes to type it.
  byId("claim-details").open = location.pathname === "/claim" && !draft.claim;
}

async function submitName(event) {
  event.preventDefault();
  const input = byId("name");
  const name = input.value.trim();
  if (!name) return fieldError(input, "Write the name that people shall see. You can change it later.");
  fieldError(input);
  const invite = byId("invite")?.value.trim() ?? draft.invite;
  if (byId("invite") && !invite && !draft.claim && !draft.own) return fieldError(byId("invite"), "One begins here by invitation. Ask the owner of this box for one.");
  if (byId("invite")) fieldError(byId("invite"));
  await keep({ displayName: name, claim: byId("claim")?.value.trim() ?? draft.claim, invite, step: "key" });
  show("key");
}

async function makeKey(event) {
  event.preventDefault();
  const input = byId("passphrase");
  if (input.value.trim().length < PASSPHRASE_MIN) {
    return fieldError(input, `Take at least ${PASSPHRASE_MIN} letters: four words that you can remember are good.`);
  }
  fieldError(input);
  await working(byId("make"), "Making your key…", async () => {
    if (!draft.keys) await newIdentity(input.value);
    input.value = "";
    await persist();
    drawSheet();
    show("sheet");
  });
}

// The sheet is made in the same moment as the key: afterwards the key cannot be read any more.
async function newIdentity(passphrase) {
  const node = await get("/auth/api/node"); // sets the box's time, which dates the first signature
  const seeds = newSeeds();
  try {
    const keys = await importKeys(seeds);
    // Who came in with a letter keeps their address; the new key becomes its key.
    const did = draft.own ?? didOf(keys.publicKey);
    const sheet = await seal(seeds, did, passphrase);
    const genesis = await createToken(keys, nodeNow(), servicesOf(node));
    await keep({ did, keys, sheet, genesis, step: "sheet" });
  } finally {
    wipe(seeds);
  }
}

function drawSheet() {
  const lines = printed(draft.sheet);
  byId("sheet-name").textContent = draft.displayName;
  byId("sheet-date").textContent = new Date().toLocaleDateString(undefined, { dateStyle: "long" });
  byId("sheet-lines").replaceChildren(...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
  byId("sheet-code").replaceChildren(svg(draft.sheet.toUpperCase(), "The same letters as a code for a camera"));
}

function saveSheet() {
  const lines = printed(draft.sheet).map((line, i) => `${String(i + 1).padStart(2)}. ${line}`);
  const text = [
    `Recovery sheet of ${draft.displayName}`,
    "",
    "With this sheet and your passphrase you get your key back: open your box's",
    "address in a browser, choose “Sign in”, then “Restore from the sheet”.",
    "Keep it where you keep papers that matter. Without the passphrase it opens nothing.",
    "",
    PREFIX,
    ...lines,
    "",
  ].join("\n");
  saveFile("imajin-recovery.txt", "text/plain", text);
}

async function testSheet(event) {
  event.preventDefault();
  const passphrase = byId("test-passphrase");
  const letters = byId("letters");
  if (!letters.value.trim()) return fieldError(letters, "Read your sheet in first: scan it, choose the saved file, or type the letters from the paper.");
  fieldError(letters);
  if (!passphrase.value) return fieldError(passphrase, "The sheet opens only with its passphrase.");
  fieldError(passphrase);
  await working(byId("test"), "Opening the sheet…", async () => {
    const { seeds, did } = await openSheet(letters.value, passphrase.value);
    wipe(seeds);
    if (did !== draft.did) throw new Error("This is a good sheet, but of another identity. Take the one that you just printed or saved.");
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
    await meet(person);
    await drafts.remove("create");
    byId("finishing").hidden = true;
    byId("finished").hidden = false;
    byId("finished-name").textContent = draft.displayName;
    byId("finished-owner").hidden = !draft.claim;
    byId("finished-invite").hidden = !draft.connect;
    if (draft.connect) byId("finished-invite").href = `/connections/invite/${encodeURIComponent(draft.invite)}`;
    const heading = byId("finished").querySelector("h1");
    heading.tabIndex = -1;
    heading.focus();
  } catch (error) {
    sayError(error);
    byId("finishing").hidden = true;
    byId("finish-again").hidden = false;
    const refused = error instanceof ApiError && [401, 403, 409].includes(error.status);
    byId("claim-again").hidden = !(refused && draft.claim);
    byId("invite-again").hidden = !refused;
    byId("claim-code").value = draft.claim ?? "";
    byId("invite-code").value = draft.invite ?? "";
  }
}

async function createAtNode(person) {
  // Perhaps it was entered and only the answer got lost.
  if ((await placeOf(person)).seq !== null) return;
  const node = await get("/auth/api/node");
  await checkNode(node.did);
  const body = {
    token: draft.genesis.token,
    home: { node: node.did, url: node.url, epoch: 1 },
    scope: "actor",
    subtype: "human",
    encryption_key: person.encryptionKey,
  };
  const place = { node: node.did, seen: null, after: null, chain: draft.genesis.cid };
  const headers = {};
  if (draft.claim) headers["X-Imajin-Claim"] = draft.claim;
  else if (draft.invite) headers["X-Imajin-Invite"] = draft.invite;
  // Owning the box stands in the box's own record too, so the signature names it.
  const to = draft.claim ? [node.did] : [];
  await submit(person, { service: "auth", op: "auth.identity.create", body, to }, { place, headers });
}

/** The keys of an identity that the box kept become this key: same address, same record. */
async function makeOwn(person) {
  // Perhaps it was done and only the answer got lost.
  const chain = await chainOf(person.did);
  if (chain?.length && keysInForce(chain).controllerKeys.some((key) => key.publicKeyMultibase === draft.keys.multikey)) return;
  // A chain is public: that this key is mine, it says itself.
  const text = `imajin:upgrade:1:${await knownNode()}:${person.did}:${draft.genesis.cid}`;
  const signature = toHex(await signBytes(person.sign, utf8(text)));
  const ask = { log: [draft.genesis.token], signatures: { [draft.keys.multikey]: signature }, encryptionKey: toHex(person.encryptionKey) };
  if (draft.invite) ask.inviteCode = draft.invite;
  await post("/auth/api/upgrade", ask);
}

/** The wizard for who came in with a letter: the identity is there, and gets a key of its own. */
async function takeOwn() {
  if (new URLSearchParams(location.search).get("own") === null) return;
  history.replaceState(null, "", "/create");
  const { ownKey, did, name } = await get("/auth/api/session");
  if (ownKey) throw new Error("Your key is your own already. Under “Devices” you can add more.");
  // What was begun here before was for somebody else.
  if (draft.own !== did) draft = { name: "create", step: "name" };
  await keep({ own: did, displayName: draft.displayName ?? name });
}

async function startOver() {
  await drafts.remove("create");
  location.reload();
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
  byId("save").addEventListener("click", saveSheet);
  byId("to-test").addEventListener("click", async () => {
    await keep({ step: "test" });
    show("test");
  });
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
  byId("try-again").addEventListener("click", async () => {
    await keep({ claim: byId("claim-code").value.trim(), invite: byId("invite-code").value.trim() });
    await finish();
  });
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
  await takeCode();
  await takeOwn();
  bind();
  byId("name").value = draft.displayName ?? "";
  if (byId("claim")) showClaim();
  if (byId("invite")) byId("invite").value = draft.invite ?? "";
  byId("own").hidden = !draft.own;
  byId("resumed").hidden = draft.step === "name";
  if (draft.sheet) drawSheet();
  if (draft.step !== "name") show(draft.step);
  if (draft.step === "done") await finish();
}

start().catch(sayError);

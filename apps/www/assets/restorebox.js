// Bringing a whole box back from a friend's box: this browser opens the recovery sheet, gives the box the two keys on it, shows what arrives, and
// signs the owner in once the box has started again. The passphrase stays here.

import { ApiError, NoAnswer, get, post } from "../js/api.js";
import { toHex } from "../js/base.js";
import { unavailable } from "../js/key.js";
import { acceptNode } from "../js/node.js";
import { placeOf, submit } from "../js/proof.js";
import { chainOf, signIn } from "../js/session.js";
import { drafts } from "../js/store.js";
import { texts } from "../js/texts.js";
import { told } from "../js/time.js";
import { byId, el, fieldError, say, sayError, showOnly, size, working } from "../js/ui.js";
import { checkCode } from "./codes.js";
import { drawBar } from "./exports.js";
import { openKey, readsSheets, settle, sheetTyped } from "./sheetkey.js";

const t = await texts("www");

const BOX = "/www/api/box/restore";
const DRAFT = "restore-box";
const LOOK_MS = 1000;
// Longer than a box needs to start.
const LATE_MS = 60_000;

const show = (step) => showOnly(byId(`step-${step}`), ["form", "running", "done", "claimed"].map((name) => byId(`step-${name}`)));
const soon = (ms) => new Promise((wake) => setTimeout(wake, ms));

const FAILURES = {
  away: () => t("js-box-restore-away"),
  refused: () => t("js-box-restore-refused"),
  nothing: () => t("js-box-restore-nothing"),
  several: () => t("js-box-restore-several"),
  unproven: () => t("js-box-restore-unproven"),
  locked: () => t("js-box-restore-locked"),
  room: ({ needed, free }) => t("js-box-restore-room", { needed: size(needed), free: size(free) }),
  damaged: ({ part }) => t("js-box-restore-damaged", { part }),
  other: ({ says }) => t("js-box-restore-other", { says }),
};

function fail(state) {
  show("form");
  if (state.why === "address") return fieldError(byId("friend"), t("js-box-restore-address"));
  say("bad", FAILURES[state.why](state));
}

/** What the box says of a restore; `claimed` once it has an owner, null while it does not answer. */
async function look() {
  try {
    return await get(BOX);
  } catch (error) {
    if (error instanceof ApiError && error.status === 409) return { state: "claimed" };
    // The box is starting again.
    if (error instanceof NoAnswer || error.status >= 500) return null;
    throw error;
  }
}

function words({ done, total, waiting }) {
  if (waiting) return t("js-box-restore-waiting");
  if (total === 0) return t("js-box-restore-asking");
  return done < total ? t("js-box-restore-arrived", { done: size(done), total: size(total) }) : t("js-box-restore-starting");
}

function draw(state) {
  byId("arrived").textContent = words(state);
  if (state.made_ms) byId("made").textContent = t("js-box-restore-made", { time: told(state.made_ms, { dateStyle: "long", timeStyle: "short" }) });
  drawBar(byId("bar"), { bytes: state.done, bytesTotal: state.total });
}

/** Notes the node that this box becomes, so that this browser believes it afterwards. */
async function noteNode({ node }) {
  const draft = await drafts.get(DRAFT);
  if (node && draft && draft.node !== node) await drafts.put({ ...draft, node });
}

async function watch() {
  show("running");
  let answered = Date.now();
  for (;;) {
    const state = await look();
    if (state === null) {
      byId("arrived").textContent = t("js-box-restore-starting");
      byId("late").hidden = Date.now() - answered < LATE_MS;
    } else if (state.state === "running") {
      answered = Date.now();
      draw(state);
      await noteNode(state);
    } else return state.state === "claimed" ? finish() : drawState(state);
    await soon(LOOK_MS);
  }
}

/** The owner's record continues at the restored box by their own signature. */
async function goOn(draft) {
  if (draft.isHome) return;
  const { node, url, epoch } = await placeOf(draft.opened.person);
  await submit(draft.opened.person, { service: "auth", op: "auth.home", body: { node, url, epoch: epoch + 1 } });
  await drafts.put({ ...draft, isHome: true });
}

async function finish() {
  const draft = await drafts.get(DRAFT);
  const { did } = await get("/auth/api/node");
  // Somebody else brought it back, or claimed it: the sheet's key stays on the sheet.
  if (!draft || draft.node !== did) {
    await drafts.remove(DRAFT);
    return show("claimed");
  }
  await acceptNode(did);
  await signIn(draft.opened.person);
  await goOn(draft);
  await settle(draft.opened, (await chainOf(draft.opened.did)) ?? []);
  await drafts.remove(DRAFT);
  show("done");
}

async function drawState(state) {
  if (state.state === "running") return watch();
  if (state.state === "failed") return fail(state);
  byId("interrupted").hidden = state.state !== "interrupted";
  show("form");
}

/** The address and the code as they were typed; null where a field is empty or wrong, which then says so. */
async function fieldsTyped() {
  const [friend, claim] = [byId("friend"), byId("claim")];
  fieldError(friend, friend.value.trim() ? null : t("js-box-restore-no-address"));
  if (!friend.value.trim()) return null;
  const sheet = sheetTyped();
  if (!sheet) return null;
  const code = claim.value.trim();
  const { problem } = code ? await checkCode({ claim: code }) : { problem: t("js-box-restore-no-code") };
  fieldError(claim, problem);
  return problem ? null : { ...sheet, friend: friend.value.trim(), code };
}

async function begin() {
  const typed = await fieldsTyped();
  if (!typed) return;
  let wish = null;
  const opened = await openKey(typed.letters, typed.passphrase, (did, seeds) => {
    wish = { code: typed.code, friend: typed.friend, did, ed25519: toHex(seeds.sign), x25519: toHex(seeds.agree) };
  });
  await drafts.put({ name: DRAFT, opened });
  await post(BOX, wish);
  // The page shows the progress while the button is free again.
  watch().catch(sayError);
}

async function start() {
  const problem = await unavailable();
  if (problem) return say("bad", problem, el("p", {}, el("a", { class: "button", href: `/certificate?next=${encodeURIComponent(location.pathname)}` }, t("js-signin-securely"))));
  byId("plain").href = `http://${location.hostname}/signin`;
  byId("claim").value = (await drafts.get("create"))?.claim ?? "";
  byId("form-restore").addEventListener("submit", (event) => {
    event.preventDefault();
    working(byId("restore"), t("js-sheet-opening"), begin);
  });
  await readsSheets();
  const state = await look();
  // The box is starting again.
  if (state === null) return watch();
  if (state.state === "claimed") return finish();
  if (state.state !== "none") await drawState(state);
}

start().catch(sayError);

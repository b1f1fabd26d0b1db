// Moving to another box: the page says what moves; the owner's signature does it. The signed wish is kept until its end
// is known, since only the very same wish resumes a move that stopped.

import { ApiError, NoAnswer, get, post } from "../js/api.js";
import { dagJson, salted, sign } from "../js/proof.js";
import { forgetPages, signedInDid, signer } from "../js/session.js";
import { drafts } from "../js/store.js";
import { locale, texts } from "../js/texts.js";
import { byId, el, fieldError, sayError, showOnly, working } from "../js/ui.js";
import { singular } from "./words.js";

const t = await texts("www");

const DRAFT = "move";
const parts = () => ["where", "plan", "begun", "moved"].map(byId);

let to = null;

/** The address of a box alone, without the path that was copied with it. */
function origin(text) {
  const typed = text.trim();
  try {
    const url = new URL(/^https?:/i.test(typed) ? typed : `https://${typed}`);
    // Some browsers take a space into a name, as %20.
    return /^[\w.:[\]-]+$/.test(url.host) && !url.username ? url.origin : null;
  } catch {
    return null;
  }
}

async function ask() {
  const { did, keyId } = await signer();
  return get(`/auth/api/transfer?${new URLSearchParams({ to, kid: `${did}#${keyId}` })}`);
}

async function look(event) {
  event.preventDefault();
  to = origin(byId("to").value);
  if (!to) return fieldError(byId("to"), t("js-move-no-address"));
  fieldError(byId("to"));
  await working(byId("look"), t("js-move-asking"), async () => {
    const { toSign, plan } = await ask();
    const all = Object.values(plan);
    list("moves", all.flatMap(({ moves }) => moves.filter(({ number }) => number > 0).map((item) => [counted(item)])));
    list("cannot", all.flatMap(({ cannot }) => cannot.map((item) => [el("strong", {}, counted(item)), `: ${item.why}.`])));
    byId("cannot").hidden = byId("cannot-list").childElementCount === 0;
    byId("new-home").textContent = toSign.url.replace(/^https?:\/\//, "");
    showOnly(byId("plan"), parts());
  });
}

/** "1 ticket" rather than "1 tickets". In other languages than English the box has counted. */
function counted({ number, kind }) {
  return number === 1 && locale.startsWith("en") ? `1 ${singular(kind)}` : `${number} ${kind}`;
}

function list(id, items) {
  byId(`${id}-list`).replaceChildren(...items.map((content) => el("li", {}, ...content)));
}

async function go(event) {
  event.preventDefault();
  const sheet = byId("sheet");
  if (!sheet.checked) return fieldError(sheet, t("js-move-no-sheet"));
  fieldError(sheet);
  await working(byId("move"), t("js-move-moving"), async () => {
    const me = await signer();
    const { toSign } = await ask();
    const body = salted({ node: toSign.node, url: toSign.url, epoch: toSign.epoch });
    const { jws } = await sign(me, { service: "auth", op: "auth.home", ref: null, body, fact: null, to: [] }, toSign);
    const wish = { to, proof: jws, body: dagJson(body) };
    const code = byId("invite").value.trim();
    if (code) wish.inviteCode = code;
    await drafts.put({ name: DRAFT, did: me.did, wish });
    await send(wish);
  });
}

/** Whether a move may still come to its end: nobody knows whether the other box took it. */
function isOpen(error) {
  return error instanceof NoAnswer || (error instanceof ApiError && (error.problem.frozen === true || error.status === 500));
}

async function send(wish) {
  try {
    const { url } = await post("/auth/api/transfer", wish);
    await drafts.remove(DRAFT);
    await forgetPages();
    byId("lives-at").textContent = url.replace(/^https?:\/\//, "");
    byId("there").href = `${url}/restore`;
    showOnly(byId("moved"), parts());
  } catch (error) {
    if (isOpen(error)) unfinished(wish);
    else await drafts.remove(DRAFT);
    throw error;
  }
}

function unfinished(wish) {
  byId("begun-to").textContent = wish.to.replace(/^https?:\/\//, "");
  showOnly(byId("begun"), parts());
}

async function pickUp() {
  const draft = await drafts.get(DRAFT);
  if (draft?.did === signedInDid()) unfinished(draft.wish);
}

byId("ask").addEventListener("submit", look);
byId("go").addEventListener("submit", go);
byId("back").addEventListener("click", () => showOnly(byId("where"), parts()));
byId("again").addEventListener("click", ({ currentTarget }) => working(currentTarget, t("js-move-moving"), async () => {
  const draft = await drafts.get(DRAFT);
  if (draft) await send(draft.wish);
}));
pickUp().catch(sayError);

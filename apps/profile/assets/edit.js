// Editing your profile: username, texts, pictures, links, audiences. All changes are signed as one
// operation; pictures are uploaded first and named in it.

import { ApiError, get, request } from "../js/api.js";
import { keepForm } from "../js/form/kept.js";
import { submit } from "../js/proof.js";
import { actor, signedInDid } from "../js/session.js";
import { people } from "../js/store.js";
import { texts } from "../js/texts.js";
import { byId, el, face, fieldError, say, sayError, tidy, working } from "../js/ui.js";
import { bindParts, chosenToggles } from "./page-parts.js";

const t = await texts("profile");
const WORDS = ["displayName", "bio"];
const PICTURES = ["avatar", "banner"];
const form = () => byId("form-profile");
let before = null;
/** Who sees each part, as the profile has it: also what the form has no choice for. */
let audiences = {};
/** Forgets what was kept of the form for a reload. */
let forget = () => {};
let shown = { avatar: null, banner: null };
/** What is shown of the pictures that were chosen here. */
const chosen = {};
/** The pictures that are on their way. */
const sending = new Set();

/** What the form says now, in the shape of a profile.update. */
function current() {
  const links = [...document.querySelectorAll(".link-row")]
    .map((row) => ({ title: row.querySelector("[data-title]").value.trim(), url: row.querySelector("[data-url]").value.trim() }))
    .filter((link) => link.title || link.url);
  const fieldVisibility = {};
  for (const select of document.querySelectorAll("[data-field]")) {
    const { field } = select.dataset;
    const isKept = select.selectedOptions[0]?.defaultSelected ?? true;
    const audience = isKept ? (audiences[field] ?? "public") : select.value;
    if (audience !== "public") fieldVisibility[field] = audience;
  }
  const words = Object.fromEntries(WORDS.map((name) => [name, byId(name).value.trim() || null]));
  const visibility = byId("incognito").checked ? "incognito" : "public";
  return { ...words, ...shown, links, visibility, fieldVisibility, featureToggles: chosenToggles() };
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

function changes() {
  const now = current();
  return Object.fromEntries(Object.entries(now).filter(([key, value]) => !same(value, before[key])));
}

function checkLinks() {
  for (const row of document.querySelectorAll(".link-row")) {
    const url = row.querySelector("[data-url]");
    const text = url.value.trim();
    fieldError(url);
    if (!text && !row.querySelector("[data-title]").value.trim()) continue;
    if (!/^(https?:\/\/|mailto:)\S+$/.test(text)) {
      fieldError(url, t("js-whole-link"));
      return false;
    }
  }
  return true;
}

async function save(event) {
  event.preventDefault();
  for (const input of event.currentTarget.querySelectorAll("input")) tidy(input);
  if (!checkLinks()) return;
  await working(byId("save"), t("js-saving"), async () => {
    // One that can't be sent says so at its field.
    const sent = await Promise.all(sending);
    if (sent.includes(false)) return;
    const me = await actor();
    if (!(await claimHandle(me))) return;
    const body = changes();
    if (Object.keys(body).length > 0) {
      const media = PICTURES.map((name) => body[name]).filter(Boolean);
      const fact = media.length ? { media: [...new Set(media)] } : null;
      await submit(me, { service: "profile", op: "profile.update", body, fact });
      before = { ...current(), handle: before.handle };
      for (const name of PICTURES) byId(`${name}-state`).textContent = "";
      redrawHeader(me, body);
      if (body.displayName && me.sign) await people.put({ ...me, name: body.displayName });
    }
    forget();
    const handle = byId("handle").value.trim().toLowerCase();
    const page = handle ? `/@${handle}` : `/profile/${encodeURIComponent(me.did)}`;
    say("good", el("p", {}, t(me.sign ? "js-saved-signed" : "js-saved"), " ", el("a", { href: page }, t("js-see"))));
    byId("message").scrollIntoView({ block: "nearest" });
  });
}

/** The header shows the name and the picture that were just saved. */
function redrawHeader({ did }, body) {
  const words = document.querySelector("header.top .me span:last-child");
  if (body.displayName) words.textContent = body.displayName;
  if (!("avatar" in body)) return;
  const picture = shown.avatar && chosen.avatar;
  document.querySelector("header.top .me .avatar").replaceWith(face({ name: words.textContent, did, picture }));
}

/** Takes the username if it changed. False where the field needs another one. */
async function claimHandle(me) {
  const input = byId("handle");
  const handle = input.value.trim().toLowerCase();
  if (handle === (before.handle ?? "")) return true;
  try {
    if (handle) await submit(me, { service: "profile", op: "profile.handle.claim", body: { handle } });
    else await submit(me, { service: "profile", op: "profile.handle.release" });
  } catch (error) {
    if (!(error instanceof ApiError) || ![400, 409].includes(error.status)) throw error;
    fieldError(input, error.message);
    return false;
  }
  before.handle = handle;
  fieldError(input);
  return true;
}

async function checkHandle() {
  const input = byId("handle");
  const handle = input.value.trim().toLowerCase();
  byId("handle-free").textContent = "";
  if (!handle || handle === before.handle) return fieldError(input);
  const answer = await get(`/profile/api/handle-check?handle=${encodeURIComponent(handle)}`);
  if (input.value.trim().toLowerCase() !== handle) return;
  const mark = document.activeElement;
  fieldError(input, answer.available ? null : answer.message);
  mark?.focus();
  if (answer.available) byId("handle-free").textContent = t("js-handle-free", { handle });
}

/** Sends a picture, after the one that was chosen before. */
async function upload(name, input) {
  const [file] = input.files;
  if (!file) return;
  const before = [...sending];
  const job = Promise.all(before).then(() => send(name, input, file)).finally(() => sending.delete(job));
  sending.add(job);
}

/** Returns whether the picture arrived. */
async function send(name, input, file) {
  byId(`${name}-state`).textContent = t("js-sending");
  try {
    const answer = await request("POST", "/profile/api/upload", { body: file, headers: { "content-type": file.type || "application/octet-stream" } });
    shown[name] = answer.cid;
    chosen[name] = URL.createObjectURL(file);
    byId(`${name}-preview`).replaceChildren(el("img", { src: chosen[name], alt: "", class: name === "avatar" ? "face" : "banner" }));
    byId(`${name}-remove`).hidden = false;
    byId(`${name}-state`).textContent = t("js-ready");
    fieldError(input);
    return true;
  } catch (error) {
    byId(`${name}-state`).textContent = "";
    fieldError(input, error.message);
    return false;
  }
}

function addLink(link = { title: "", url: "" }) {
  const row = byId("link-template").content.firstElementChild.cloneNode(true);
  const number = document.querySelectorAll(".link-row").length + 1;
  for (const input of row.querySelectorAll("input")) {
    input.id = `${"title" in input.dataset ? "link-title" : "link-url"}-${number}-${Date.now()}`;
    input.previousElementSibling.htmlFor = input.id;
  }
  row.querySelector("[data-title]").value = link.title;
  row.querySelector("[data-url]").value = link.url;
  row.querySelector("button").addEventListener("click", () => {
    row.remove();
    byId("add-link").focus();
  });
  byId("links").append(row);
  return row;
}

function bindPictures() {
  for (const name of PICTURES) {
    byId(name).addEventListener("change", (event) => upload(name, event.target));
    byId(`${name}-remove`).addEventListener("click", () => {
      shown[name] = null;
      delete chosen[name];
      byId(name).value = "";
      byId(name).focus();
      byId(`${name}-remove`).hidden = true;
      byId(`${name}-preview`).replaceChildren();
      byId(`${name}-state`).textContent = t("js-removed");
    });
  }
}

async function start() {
  const profile = await get(`/profile/api/profile/${encodeURIComponent(signedInDid())}`);
  shown = { avatar: profile.avatar ?? null, banner: profile.banner ?? null };
  audiences = profile.fieldVisibility ?? {};
  for (const link of profile.links ?? []) addLink(link);
  bindParts(profile.featureToggles);
  before = { ...current(), handle: profile.handle ?? "" };
  bindPictures();
  form().addEventListener("submit", save);
  byId("handle").addEventListener("change", () => checkHandle().catch(sayError));
  byId("add-link").addEventListener("click", () => addLink().querySelector("input").focus());
  forget = keepForm(form(), { links: () => addLink() });
  // Words are kept, pictures are not.
  window.addEventListener("beforeunload", (event) => {
    if (PICTURES.some((name) => name in changes())) event.preventDefault();
  });
}

start().catch(sayError);

// Actions on files: the signed commands, of twelve files each, and the dialogs that ask for their input.

import { get, post } from "../js/api.js";
import { toHex, utf8 } from "../js/base.js";
import { sha256 } from "../js/cid.js";
import { submit } from "../js/proof.js";
import { actor, signedInDid, signer } from "../js/session.js";
import { locale, texts } from "../js/texts.js";
import { wall } from "../js/time.js";
import { copyButton, el, fieldError } from "../js/ui.js";

const t = await texts("media");
/** What fits in one command. */
const AT_ONCE = 12;
/** Files of which one question asks where they are used. */
const ASKED_AT_ONCE = 1000;
/** Places that are named: more than these nobody reads. */
const USES_SHOWN = 20;
const DAY_MS = 86_400_000;
const LINK_DAYS = 30;

/** A name or a secret. Each dialog draws its own once: pressed again after an answer that was lost, it makes nothing a second time. */
const random = (bytes) => toHex(crypto.getRandomValues(new Uint8Array(bytes)));

/** Signs and sends one command of this service. */
export async function enter(op, command) {
  return submit(await actor(), { service: "media", op: `media.${op}`, ...command });
}

/** Signs and sends a command for many files: `told` hears how many are done. Erasing needs a key of your own. */
export async function enterAll(op, assets, { ref = null, fact = {}, told = () => {} } = {}) {
  const me = await (op === "erase" ? signer() : actor());
  for (let at = 0; at < assets.length; at += AT_ONCE) {
    const some = assets.slice(at, at + AT_ONCE);
    await submit(me, { service: "media", op: `media.${op}`, ref, fact: { ...fact, assets: some } });
    told(at + some.length);
  }
}

/** Puts files among the favourites, or takes them out. */
export const putFavourites = (assets, isFavourite, told) => enterAll("album.put", assets, { ref: "favourites", fact: isFavourite ? {} : { out: 1 }, told });

/** A label and what one writes in. */
export function field(id, label, input, hint = null) {
  input.id = id;
  if (hint) input.setAttribute("aria-describedby", `${id}-hint`);
  return el("div", { class: "field" }, el("label", { for: id }, label), hint && el("p", { class: "hint", id: `${id}-hint` }, hint), input);
}

export const line = (value = "", most = 200) => el("input", { type: "text", maxlength: most, autocomplete: "off", value });

/** Asks in a dialog. `act(told)` runs when its button is pressed; the dialog ends when that is done, and answers what it answered, or null. */
export function ask(title, content, ok, act, { danger = false } = {}) {
  const go = ok && el("button", { type: "submit", class: danger ? "danger" : "main" }, ok);
  const close = el("button", { type: "button" }, t(ok ? "js-cancel" : "js-close"));
  const state = el("div", { role: "status" });
  const wrong = el("div", { role: "alert" });
  const form = el("form", { novalidate: true }, el("h2", { id: "asked" }, title), content, state, wrong, el("div", { class: "actions" }, go, close));
  const dialog = el("dialog", { class: "card asked", "aria-labelledby": "asked" }, form);
  document.body.append(dialog);
  return new Promise((resolve) => {
    let answer = null;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (!go || go.getAttribute("aria-disabled")) return;
      go.setAttribute("aria-disabled", "true");
      wrong.replaceChildren();
      state.replaceChildren(el("p", { class: "busy" }, t("js-signing")));
      try {
        answer = (await act((done, all) => state.replaceChildren(el("p", { class: "busy" }, t("js-done-of", { done, all }))))) ?? true;
        if (answer !== "again") return dialog.close();
      } catch (error) {
        console.info(error);
        wrong.replaceChildren(el("p", { class: "notice bad" }, error.message));
      }
      answer = null;
      state.replaceChildren();
      go.removeAttribute("aria-disabled");
    });
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    dialog.showModal();
    if (danger) close.focus();
  });
}

/** One of these (`{id, name}`), or a new one with a name: its element, and what was chosen. */
function oneOf(all, { label, none = null, fresh }) {
  const select = el("select", {}, none && el("option", { value: "" }, none), all.map(({ id, name }) => el("option", { value: id }, name)), el("option", { value: "new" }, fresh));
  const input = line();
  const name = field("fresh", t("js-name"), input);
  const draw = () => (name.hidden = select.value !== "new");
  select.addEventListener("change", draw);
  draw();
  const chosen = () => {
    if (select.value !== "new") return { id: select.value };
    fieldError(input, input.value.trim() ? null : t("js-name-it"));
    return input.value.trim() ? { name: input.value.trim().normalize("NFC") } : null;
  };
  return [[field("one", label, select), name], chosen];
}

/** Puts files in an album, or in a new one. */
export async function toAlbum(assets) {
  const { albums } = await get("/media/api/albums");
  const all = albums.map(({ id, title }) => ({ id, name: title }));
  const [content, chosen] = oneOf(all, { label: t("js-album"), fresh: t("js-new-album") });
  const drawn = `alb_${random(12)}`;
  return ask(t("js-to-album", { count: assets.length }), content, t("js-add"), async (told) => {
    const album = chosen();
    if (!album) return "again";
    const ref = album.id ?? drawn;
    if (album.name) await enter("album", { ref, body: { title: album.name } });
    await enterAll("album.put", assets, { ref, told: (done) => told(done, assets.length) });
    return { href: `/media/albums/${signedInDid()}/${ref}` };
  });
}

/** Your folders, each with the way to it. */
export async function allFolders() {
  const { folders } = await get("/media/api/folders");
  const by = new Map(folders.map((folder) => [folder.id, folder]));
  const way = ({ name, parent }, depth = 0) => (by.has(parent) && depth < 32 ? `${way(by.get(parent), depth + 1)} › ${name}` : name);
  return folders.map((folder) => ({ id: folder.id, name: way(folder) })).sort((a, b) => a.name.localeCompare(b.name, locale));
}

/** Moves files to a folder, a new one, or out of all: answers the folder in which they are then, "" for none. */
export async function toFolder(assets) {
  const [content, chosen] = oneOf(await allFolders(), { label: t("js-folder"), none: t("js-no-folder"), fresh: t("js-new-folder") });
  const drawn = `fld_${random(12)}`;
  return ask(t("js-to-folder", { count: assets.length }), content, t("js-move"), async (told) => {
    const folder = chosen();
    if (!folder) return "again";
    const id = folder.name ? drawn : folder.id;
    if (folder.name) await enter("folder", { ref: id, body: { name: folder.name } });
    await enterAll("move", assets, { fact: id ? { folder: id } : {}, told: (done) => told(done, assets.length) });
    return { folder: id };
  });
}

/** Makes a folder in another one, or renames and moves one. */
export async function putFolder({ id = null, name = "", parent = "" }) {
  const input = line(name);
  // A folder can't be in itself.
  const others = (await allFolders()).filter((folder) => folder.id !== id);
  const select = el("select", {}, el("option", { value: "" }, t("js-no-folder")), others.map((other) => el("option", { value: other.id, selected: other.id === parent }, other.name)));
  const content = [field("name", t("js-name"), input), field("parent", t("js-folder-in"), select)];
  const ref = id ?? `fld_${random(12)}`;
  return ask(t(id ? "js-edit-folder" : "js-new-folder"), content, t("js-save"), async () => {
    fieldError(input, input.value.trim() ? null : t("js-name-it"));
    if (!input.value.trim()) return "again";
    const fact = select.value ? { parent: select.value } : null;
    await enter("folder", { ref, body: { name: input.value.trim().normalize("NFC") }, fact });
  });
}

/** Who sees something: the fields, and what was chosen as a fact. */
export async function audience({ access = "private", to = null, exact = false } = {}, { of = "asset" } = {}) {
  // A box without groups has none to share with.
  const { groups } = await get("/connections/api/groups?limit=100").catch(() => ({ groups: [] }));
  const choices = [["private", t("js-private")], ["trust-graph", t("js-connections")], ...groups.map(({ did, name }) => [`conversation ${did}`, t("js-group", { name: name ?? t("js-unnamed") })]), ["public", t("js-public")]];
  const now = to ? `${access} ${to}` : access;
  const select = el("select", {}, choices.map(([value, text]) => el("option", { value, selected: value === now }, text)));
  const box = el("input", { type: "checkbox", checked: exact });
  const check = el("label", { class: "check" }, box, el("span", {}, t("js-exact"), el("br"), el("span", { class: "hint" }, t("js-exact-hint"))));
  const family = el("a", {}, t("js-family"));
  const way = el("p", {}, family);
  const draw = () => {
    const [chosen, group] = select.value.split(" ");
    check.hidden = of !== "asset" || chosen === "private";
    way.hidden = !group;
    family.href = `/media/family?with=${encodeURIComponent(group ?? "")}`;
  };
  select.addEventListener("change", draw);
  draw();
  const chosen = () => {
    const [choice, group] = select.value.split(" ");
    return { access: choice, ...(group && { to: group }), ...(box.checked && !check.hidden && { exact: 1 }) };
  };
  return [[field("audience", t("js-who-sees"), select), check, way], chosen];
}

/** Says who sees files. */
export async function share(assets, now = {}) {
  const [content, chosen] = await audience(now);
  return ask(t("js-share", { count: assets.length }), content, t("js-save"), (told) => enterAll("access", assets, { fact: chosen(), told: (done) => told(done, assets.length) }));
}

/** The day on which a link ends. */
export function until(ms) {
  // The day of this browser's clock, as the end is.
  const day = (at) => wall(at).slice(0, 10);
  return el("input", { type: "date", value: day(ms), min: day(Date.now()) });
}

/** The end of that day, or null after it told that this is over. */
export function endOf(day) {
  const end = Date.parse(`${day.value}T23:59:59`);
  fieldError(day, end > Date.now() ? null : t("js-link-day"));
  return end > Date.now() ? end : null;
}

/** The name in this browser's storage of a link's secret, of which the box has only the hash. */
const secretOf = (link) => `link ${link}`;

/** The address of a link that this browser made, else null. */
export function addressOf(link) {
  const secret = localStorage.getItem(secretOf(link));
  return secret && `${location.origin}/media/l/${signedInDid()}/${secret}`;
}

/** Shows the address of a link, to copy and to send. */
export async function showLink(address) {
  const send = navigator.share && el("button", { type: "button", class: "main", onclick: () => navigator.share({ url: address }).catch(() => {}) }, t("js-link-send"));
  const shown = el("input", { type: "text", readonly: true, value: address, onfocus: ({ target }) => target.select() });
  await ask(t("js-link-made"), [field("address", t("js-link-address"), shown, t("js-link-again")), el("div", { class: "actions" }, navigator.clipboard && copyButton(address, t("js-link-address")), send)]);
}

/** Makes a link to a file or an album, and shows its address. */
export async function makeLink(of) {
  const label = line();
  const day = until(Date.now() + LINK_DAYS * DAY_MS);
  const exact = el("input", { type: "checkbox" });
  const content = [
    el("p", {}, t("js-link-lead"), " ", el("a", { href: "/media/links" }, t("js-links"))),
    field("until", t("js-link-until"), day),
    field("label", t("js-link-label"), label, t("js-link-label-hint")),
    el("label", { class: "check" }, exact, el("span", {}, t("js-exact"), el("br"), el("span", { class: "hint" }, t("js-exact-hint")))),
  ];
  const [ref, secret] = [`lnk_${random(12)}`, random(16)];
  const link = await ask(t("js-link"), content, t("js-link-make"), async () => {
    const end = endOf(day);
    if (!end) return "again";
    const body = label.value.trim() ? { label: label.value.trim() } : {};
    const fact = { of, digest: toHex(await sha256(utf8(secret))), until: end, ...(exact.checked && { exact: 1 }) };
    localStorage.setItem(secretOf(ref), secret);
    await enter("link", { ref, body, fact });
    return ref;
  });
  if (link) await showLink(addressOf(link));
}

/** Where files are used: what one reads before erasing them. */
async function usesOf(assets) {
  const all = [];
  for (let at = 0; at < assets.length; at += ASKED_AT_ONCE) all.push(...(await post("/media/api/uses", { ids: assets.slice(at, at + ASKED_AT_ONCE) })).uses);
  const places = new Map(all.map((use) => [`${use.href} ${use.title}`, use]));
  if (!places.size) return [];
  const shown = [...places.values()];
  const row = ({ title, href }) => el("li", {}, el("a", { href }, title));
  const more = shown.length - USES_SHOWN;
  return [
    el("p", {}, t("js-erase-uses", { count: assets.length })),
    el("ul", {}, shown.slice(0, USES_SHOWN).map(row), more > 0 ? el("li", {}, t("js-erase-uses-more", { count: more })) : null),
    all.some(({ keeps }) => keeps) ? el("p", {}, t("js-erase-keeps")) : null,
  ];
}

/** Erases files for good, after it said what that means and where they are used. */
export async function erase(assets) {
  const content = [el("p", {}, t("js-erase-gone")), ...(await usesOf(assets)), el("p", {}, t("js-erase-stays")), el("p", {}, t("js-erase-copies"))];
  return ask(t("js-erase-sure", { count: assets.length }), content, t("js-erase"), (told) => enterAll("erase", assets, { told: (done) => told(done, assets.length) }), { danger: true });
}

/** Makes an album, or changes what is said of one. */
export async function putAlbum({ id = null, title = "", text = "", cover = null, access = "private", to = null }) {
  const name = line(title);
  const words = el("textarea", { rows: 3, maxlength: 10_000 }, text);
  const [sees, chosen] = await audience({ access, to }, { of: "album" });
  const content = [field("album-title", t("js-album-title"), name), field("album-text", t("js-album-text"), words), ...sees];
  const ref = id ?? `alb_${random(12)}`;
  return ask(t(id ? "js-edit-album" : "js-new-album"), content, t("js-save"), async () => {
    fieldError(name, name.value.trim() ? null : t("js-name-it"));
    if (!name.value.trim()) return "again";
    const body = { title: name.value.trim(), ...(words.value.trim() && { text: words.value.trim() }), ...(cover && { cover }) };
    await enter("album", { ref, body, fact: chosen() });
    return { href: `/media/albums/${signedInDid()}/${ref}` };
  });
}

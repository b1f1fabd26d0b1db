// The files of an item in its editor: adding, words, order, removing. Files are sent at once; the list is signed when the item is saved.
//
// Always: what was chosen stays in the list until it is saved or removed, also where another file could not be sent. A file on its way
// joins the item that it was chosen for before that is saved.

import { submit } from "../proof.js";
import { actor } from "../session.js";
import { texts } from "../texts.js";
import { byId, el, fieldError } from "../ui.js";
import { orderable } from "./order.js";

const t = await texts("items");
const MAX = 7;
const ALT_MAX = 500;

/** The uploads of the service for files, if this box runs it. */
async function uploads() {
  try {
    // The path is absolute, because a course that is kept for offline use needs no uploads.
    return await import("/assets/media/tus.js");
  } catch {
    throw new Error(t("js-file-none"));
  }
}

/** Sends a file of yours. Its CID, and what the box says that it is. `key` is what it is remembered by until it has arrived. */
export async function upload(file, key, tell = () => {}) {
  const { send } = await uploads();
  const headers = await send(file, key, { filename: file.name, filetype: file.type, sign: 1 }, tell);
  const { kind } = JSON.parse(headers.get("X-Facts") ?? "{}") ?? {};
  return { cid: headers.get("X-Media"), kind: kind ?? file.type };
}

/** The path of a file of somebody's item. */
export const filePath = (service, owner, item, cid) => `/${service}/api/items/${item}/files/${cid}?owner=${encodeURIComponent(owner)}`;

/** The list of the page's form; null if it has none. `did` is the owner's. */
export function fileList(service, did, changed) {
  const place = byId("files");
  if (!place) return null;
  const rows = place.querySelector("ol");
  const input = byId("add-file");
  const state = byId("files-state");
  let files = [];
  let before = "[]";
  let item = null;
  /** How often items were put in the form: a file that was chosen for an earlier one isn't added. */
  let turn = 0;
  /** What is on its way: answers why a file could not be sent, or null. */
  let adding = Promise.resolve(null);

  const said = () => JSON.stringify(files.map(({ cid, alt }) => [cid, alt]));

  /** A small picture; what is none has its words alone. */
  function picture(file) {
    if (!(file.mimeType ?? "image/").startsWith("image/")) return null;
    return el("img", { src: file.local ?? `${filePath(service, did, item, file.cid)}&w=400`, alt: "", "data-name": file.name ?? null, width: 96, height: 96 });
  }

  function row(file) {
    const name = () => file.alt || file.name || t("js-file-number", { number: files.indexOf(file) + 1 });
    const alt = el("input", { type: "text", maxlength: ALT_MAX, value: file.alt, autocomplete: "off", "aria-label": t("js-file-alt", { name: name() }) });
    alt.addEventListener("input", () => {
      file.alt = alt.value;
      changed();
    });
    const remove = el("button", { type: "button", class: "link", "aria-label": t("js-file-remove", { name: name() }), onclick: () => take(file) }, t("js-remove"));
    const handle = el("button", { type: "button", class: "handle", "aria-label": t("js-file-move", { name: name() }) }, "↕");
    return el("li", { "data-cid": file.cid }, handle, picture(file), el("div", { class: "grow" }, alt, remove));
  }

  function take(file) {
    files = files.filter((one) => one !== file);
    draw();
    state.textContent = t("js-file-removed");
    input.focus();
    changed();
  }

  const draw = () => rows.replaceChildren(...files.map(row));

  const moved = (row, number, count) => {
    const file = files.find(({ cid }) => cid === row.dataset.cid);
    state.textContent = t("js-moved", { title: file.alt || file.name || "", place: number, count });
  };
  const sorted = () => {
    const order = [...rows.children].map(({ dataset }) => dataset.cid);
    files.sort((a, b) => order.indexOf(a.cid) - order.indexOf(b.cid));
    changed();
  };

  async function send(file, isHere) {
    const { name, size, lastModified } = file;
    const tell = (bytes) => isHere() && (state.textContent = t("js-file-sending", { name, percent: Math.floor((bytes / Math.max(1, size)) * 100) }));
    const { cid, kind } = await upload(file, `${service} ${name} ${size} ${lastModified}`, tell);
    if (!isHere() || files.some((one) => one.cid === cid)) return cid;
    const isPicture = kind.startsWith("image/");
    files.push({ cid, alt: isPicture ? "" : name.replace(/\.[^.]*$/, ""), name, mimeType: kind, local: isPicture ? URL.createObjectURL(file) : null });
    draw();
    changed();
    return cid;
  }

  /** Adds files to the list, after those that are on their way. `use` gets the CIDs of those that arrived. */
  function add(chosen, use = () => {}) {
    fieldError(input);
    const now = turn;
    adding = adding.then(() => sendAll(chosen, use, () => turn === now));
    return adding;
  }

  async function sendAll(chosen, use, isHere) {
    const cids = [];
    try {
      for (const file of chosen) {
        if (!isHere()) return null;
        if (files.length >= MAX) throw new Error(t("js-file-many", { count: MAX }));
        cids.push(await send(file, isHere));
      }
      if (isHere()) state.textContent = t("js-file-ready");
      return null;
    } catch (error) {
      if (!isHere()) return null;
      state.textContent = "";
      fieldError(input, error.message);
      return error;
    } finally {
      if (isHere()) use(cids);
    }
  }

  input.addEventListener("change", () => {
    const chosen = [...input.files];
    input.value = "";
    add(chosen);
  });
  orderable(rows, moved, sorted);

  return {
    add,
    /** Shows the files of an item, or those of a draft of it. */
    open({ id, files: own = [] }, drafted = null) {
      item = id;
      turn += 1;
      adding = Promise.resolve(null);
      files = own.map((file) => ({ ...file }));
      before = said();
      if (drafted) files = drafted;
      state.textContent = "";
      fieldError(input);
      draw();
    },
    /** What a draft keeps of them. */
    drafted: () => files.map(({ cid, alt, name, mimeType }) => ({ cid, alt, name, mimeType })),
    /** Waits for what is on its way. Throws what it failed with, once: the person decides whether to save without it. */
    async ready() {
      const failed = await adding;
      adding = Promise.resolve(null);
      if (failed) throw failed;
    },
    /** Signs the list, unless it is as it was. */
    async save(id) {
      if (said() === before) return;
      const [alts, media] = [files.map(({ alt }) => alt.trim()), files.map(({ cid }) => cid)];
      await submit(await actor(), { service, op: `${service}.attach`, ref: id, body: { alts }, fact: { media } });
      before = said();
    },
  };
}

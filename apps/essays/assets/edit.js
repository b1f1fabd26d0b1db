// Writing essays and series. Pictures are pasted or dropped into the text, and a button shows the text as its page will.
//
// Always: what is written stays in this tab until it is saved, also without a connection.

import { post } from "../js/api.js";
import { utf8 } from "../js/base.js";
import { editor } from "../js/items/editor.js";
import { oneOf } from "../js/items/store.js";
import { publishAlone } from "../js/money/fair.js";
import { submit } from "../js/proof.js";
import { signer } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, el, sayError, working } from "../js/ui.js";

const t = await texts("essays");
const TEXT_BYTES_MAX = 200_000;
const [source, preview, button] = ["text", "text-preview", "show-text"].map(byId);
const [showText, showSource] = [button.textContent, button.dataset.other];
/** The id of the item in the form. */
let editing = null;

// The text as its page will show it

function showPreview(isShown) {
  source.hidden = isShown;
  preview.hidden = !isShown;
  button.textContent = isShown ? showSource : showText;
}

/** The picture of a file that only this browser has so far, as the list of files shows it. */
function localPicture(path) {
  const cid = path.split("/files/").at(1)?.split("?").at(0);
  const picture = cid ? byId("files").querySelector(`[data-cid="${CSS.escape(cid)}"] img`) : null;
  return picture?.src.startsWith("blob:") ? picture.src : null;
}

async function draw() {
  const files = [...byId("files").querySelectorAll("[data-cid]")].map(({ dataset }) => dataset.cid);
  const { html } = await post("/essays/api/preview", { item: editing, text: source.value, files });
  const { images, body } = new DOMParser().parseFromString(html, "text/html");
  for (const image of images) image.setAttribute("src", localPicture(image.getAttribute("src")) ?? image.getAttribute("src"));
  preview.replaceChildren(...body.childNodes);
  showPreview(true);
  preview.focus();
}

async function toggle() {
  if (source.hidden) {
    showPreview(false);
    source.focus();
  } else {
    await working(button, t("js-drawing"), draw);
    // The button has its words of before.
    showPreview(!preview.hidden);
  }
}

// Pictures in the text

async function insert(files) {
  // The list of files says how far it is, and asks for their words.
  byId("more").open = true;
  await essays.addFiles(files, (cids) => {
    for (const cid of cids) source.setRangeText(`\n\n![](${cid})\n\n`, source.selectionStart, source.selectionEnd, "end");
    // The draft keeps it, too.
    source.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

for (const [type, part] of [["paste", "clipboardData"], ["drop", "dataTransfer"]]) {
  source.addEventListener(type, (event) => {
    const files = [...(event[part]?.files ?? [])].filter((file) => file.type.startsWith("image/"));
    if (files.length === 0) return;
    event.preventDefault();
    insert(files).catch(sayError);
  });
}
source.addEventListener("dragover", (event) => event.dataTransfer.types.includes("Files") && event.preventDefault());

// The form

/** Signs that the author alone made an essay, once. */
async function nameMaker({ makers }, { id, kind, fair = null }) {
  if (kind !== "essay" || !makers || fair) return;
  const me = await signer();
  await submit(me, { service: "essays", op: "essays.fair", ref: id, fact: { fair: await publishAlone(me, id, "essay") } });
}

function tools({ id, title }) {
  const href = `/essays/${encodeURIComponent(essays.did)}/${id}`;
  return [[el("a", { class: "button", href, "aria-label": `${t("js-see")}: ${title}` }, t("js-see"))], null];
}

const essays = editor("essays", {
  kinds: {
    essay: { title: t("js-an-essay"), body: ["title", "note", "text", "slug"], facts: ["jar"], isShown: true, in: ["series"] },
    series: { title: t("js-a-series"), body: ["title", "note", "slug"], isShown: true, empty: t("js-empty") },
  },
  lists: [
    { id: "all-series", kind: "series" },
    { id: "loose-essays", kind: "essay" },
  ],
  wrong: ({ text = "" }) => (utf8(text).length > TEXT_BYTES_MAX ? ["text", t("js-too-long")] : null),
  tools,
  whole: ({ id }) => oneOf("essays", essays.did, id),
  values: ({ fair }) => ({ makers: Boolean(fair) }),
  opened: ({ id, fair }) => {
    editing = id;
    showPreview(false);
    byId("makers").disabled = Boolean(fair);
  },
  saved: nameMaker,
  shares: { kinds: ["essay"], isDraft: ({ on }) => !on },
  says: { nothing: t("js-nothing"), slugTaken: t("js-slug-taken"), removeAll: ({ title }) => t("js-remove-all-sure", { title }) },
});

button.addEventListener("click", () => toggle().catch(sayError));
// An essay is a draft until it is shared.
byId("add-essay").addEventListener("click", () => essays.create("essay", { on: false }));
byId("add-series").addEventListener("click", () => essays.create("series"));
essays.start();

// The sheet that shares a page: in a conversation or a group, through the device, by its link, by its QR code.

import { texts } from "../texts.js";
import { copyButton, el, sayError } from "../ui.js";

const t = await texts("items");

/** The way into a conversation, if the box has an app for them. */
function toConversation(url) {
  const page = document.documentElement.dataset.send;
  return page ? el("a", { class: "button main", href: `${page}#send=${encodeURIComponent(url)}`, autofocus: true }, t("js-share-conversation")) : null;
}

/** The way into other apps of the device, if it has one. */
function toDevice(title, url) {
  if (!navigator.share) return null;
  // Closing the device's dialog isn't an error.
  const send = () => navigator.share({ title, url }).catch((error) => error.name === "AbortError" || sayError(error));
  return el("button", { type: "button", onclick: send }, t("js-share-device"));
}

/** Shows the sheet for a page of this box, by its path. `audience`: who can open it, in words. Resolves when the sheet is closed. */
export async function share(title, path, audience = null) {
  const { svg } = await import("../qr/draw.js");
  const url = new URL(path, location.origin).href;
  const link = el("input", { id: "share-link", type: "text", readonly: true, value: url, onfocus: ({ target }) => target.select() });
  const copy = navigator.clipboard ? copyButton(url, t("js-share-link")) : null;
  const done = el("button", { id: "share-done", type: "button", onclick: () => dialog.close() }, t("js-share-done"));
  const dialog = el(
    "dialog",
    { id: "share-sheet", class: "card asked", "aria-labelledby": "share-title" },
    el("h2", { id: "share-title" }, t("js-share-title", { title })),
    audience ? el("p", { class: "hint" }, t("js-share-audience", { audience })) : null,
    el("div", { class: "actions" }, toConversation(url), toDevice(title, url)),
    el("div", { class: "field" }, el("label", { for: link.id }, t("js-share-link")), el("div", { class: "with" }, link, copy)),
    el("div", { class: "qrs" }, svg(url, t("js-share-code"))),
    el("div", { class: "actions" }, done),
  );
  document.body.append(dialog);
  const closed = new Promise((resolve) => dialog.addEventListener("close", resolve));
  dialog.showModal();
  await closed;
  dialog.remove();
}

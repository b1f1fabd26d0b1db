// Files that are chosen for a conversation, shown before they are sent.

import { texts } from "../js/texts.js";
import { el, size, working } from "../js/ui.js";
import { spoken } from "./deeds.js";
import { nameOf } from "./file-names.js";
import { isPhoto } from "./photos.js";

const t = await texts("chat");

/** Files that are sent together at most. */
const TOGETHER_MAX = 30;

/** A small picture of a photo or a video, or null. */
function thumbnail({ type }, url) {
  const picture = type.startsWith("image/") ? el("img", { src: url, alt: "" }) : type.startsWith("video/") ? el("video", { src: url, muted: true, preload: "metadata" }) : null;
  picture?.addEventListener("error", () => picture.remove());
  return picture;
}

/** Shows files, and sends them one after the other with `act(file, text)`: the last one has the caption. */
export class Preview {
  #files;
  #act;
  #title = el("h2", { id: "added-title" });
  #list = el("ul", { class: "plain added" });
  #caption = el("textarea", { id: "caption", rows: "2", maxlength: "2000", dir: "auto" });
  #problem = el("div", { role: "alert" });
  #send = el("button", { type: "submit", class: "main", autofocus: true }, t("js-send"));
  #dialog = el("dialog", { class: "card sheet-dialog", "aria-labelledby": "added-title" });

  constructor(files, act) {
    this.#files = files.slice(0, TOGETHER_MAX);
    this.#act = act;
    this.#list.append(...this.#files.map((file) => this.#row(file)));
    const many = files.length > TOGETHER_MAX ? el("p", { class: "notice" }, t("js-files-many", { count: TOGETHER_MAX })) : null;
    const whole = this.#files.every(isPhoto) ? null : el("p", { class: "hint" }, t("js-files-whole"));
    const caption = el("div", { class: "field" }, el("label", { for: "caption" }, t("js-caption")), this.#caption);
    const cancel = el("button", { type: "button", onclick: () => this.#dialog.close() }, t("js-cancel"));
    const form = el("form", {}, this.#title, many, this.#list, whole, caption, this.#problem, el("div", { class: "actions" }, this.#send, cancel));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      working(this.#send, t("js-sending"), () => this.#sendAll());
    });
    this.#drawTitle();
    this.#dialog.append(form);
    this.#dialog.addEventListener("close", () => this.#end());
    document.body.append(this.#dialog);
    this.#dialog.showModal();
  }

  #drawTitle() {
    this.#title.textContent = t("js-files", { count: this.#files.length });
  }

  #row(file) {
    const url = URL.createObjectURL(file);
    const name = nameOf(file.name);
    const about = el("span", { class: "about" }, el("span", { dir: "auto" }, name), " ", el("span", { class: "hint" }, size(file.size)));
    const remove = el("button", { type: "button", "aria-label": t("js-file-remove", { name }), onclick: () => this.#remove(file) }, el("span", { "aria-hidden": "true" }, "×"));
    return el("li", { "data-url": url }, thumbnail(file, url), about, remove);
  }

  #remove(file) {
    const place = this.#files.indexOf(file);
    this.#files.splice(place, 1);
    const row = this.#list.children[place];
    URL.revokeObjectURL(row.dataset.url);
    row.remove();
    this.#drawTitle();
    if (this.#files.length) this.#send.focus();
    else this.#dialog.close();
  }

  /** What was sent leaves the list: after a failure the rest can be sent again. */
  async #sendAll() {
    this.#list.inert = true;
    this.#problem.replaceChildren();
    try {
      while (this.#files.length) {
        const [file] = this.#files;
        await this.#act(file, this.#files.length === 1 ? this.#caption.value.trim() : "");
        if (this.#files.length) this.#remove(file);
      }
    } catch (error) {
      this.#problem.replaceChildren(el("p", { class: "notice bad" }, spoken(error).message));
    } finally {
      this.#list.inert = false;
    }
  }

  /** Closed before its end, it sends no further file. */
  #end() {
    this.#files = [];
    for (const { dataset } of this.#list.children) URL.revokeObjectURL(dataset.url);
    this.#dialog.remove();
  }
}

// One file: leafing by keys and swipes, the original on a tap, and what its owner does with it.

import { texts } from "../js/texts.js";
import { byId, el, fieldError, leave, say, working } from "../js/ui.js";

const t = await texts("media");
/** Pixels of a finger's way that leaf. */
const SWIPE = 60;
// The signing module is loaded at the first action: most people only look.
const acting = () => import("./acts.js");
const own = byId("own");
const goBack = () => leave(byId("back")?.href ?? "/media");

addEventListener("keydown", ({ key, target, ctrlKey, metaKey, altKey }) => {
  if (ctrlKey || metaKey || altKey || target.closest("input,textarea,select,video,audio") || document.querySelector("dialog[open]")) return;
  if (key === "ArrowLeft") byId("before")?.click();
  if (key === "ArrowRight") byId("after")?.click();
  if (key === "Escape") byId(viewer.classList.contains("large") ? "full" : "back")?.click();
});

const viewer = document.querySelector(".viewer");
let from = null;
viewer.addEventListener("touchstart", ({ touches }) => (from = touches.length === 1 ? touches[0] : null), { passive: true });
viewer.addEventListener("touchend", ({ changedTouches: [to] }) => {
  if (!from || viewer.classList.contains("large") || to.target.closest("video, audio")) return;
  const [x, y] = [to.clientX - from.clientX, to.clientY - from.clientY];
  if (Math.abs(x) > SWIPE && Math.abs(x) > 2 * Math.abs(y)) byId(x > 0 ? "before" : "after")?.click();
}, { passive: true });

// The file itself in the place of its preview, as large as it is.
byId("full")?.addEventListener("click", (event) => {
  event.preventDefault();
  const link = event.currentTarget;
  link.querySelector("img").src = link.href;
  viewer.classList.toggle("large");
});
/** This browser may be able to make the picture that the box can't, of its reader's own file. */
const withoutPicture = (show) => own && import("./previews.js").then(({ missing }) => missing(own.dataset.id, show));
const [image, film] = [viewer.querySelector("img"), viewer.querySelector("video")];
const failed = () => withoutPicture(() => (image.src = `${image.src.split("#")[0]}#made`));
image?.addEventListener("error", failed, { once: true });
if (image?.complete && !image.naturalWidth) failed();
if (film && own) {
  // A film doesn't tell that its poster is missing.
  const poster = new Image();
  poster.onerror = () => withoutPicture(() => (film.poster = `${film.poster}#made`));
  poster.src = film.poster;
}

const { access, to = null, exact } = own?.dataset ?? {};
const acts = {
  share: async ({ share }, id) => (await share([id], { access, to, exact: exact === "1" })) && leave(),
  favourite: async ({ putFavourites }, id, button) => {
    const isFavourite = button.getAttribute("aria-pressed") === "false";
    await putFavourites([id], isFavourite);
    button.setAttribute("aria-pressed", isFavourite);
  },
  link: ({ makeLink }, id) => makeLink(id),
  album: async ({ toAlbum }, id) => (await toAlbum([id])) && leave(),
  folder: async ({ toFolder }, id) => (await toFolder([id])) && say("good", t("js-moved", { count: 1 })),
  trash: async ({ enterAll }, id) => {
    const { fromTrash, offerOnNextPage } = await import("./undo.js");
    await enterAll("remove", [id]);
    offerOnNextPage(t("js-trashed", { count: 1 }), fromTrash([id]));
    await goBack();
  },
  back: ({ enterAll }, id) => enterAll("move", [id], { fact: { back: 1 } }).then(() => leave()),
  erase: async ({ erase }, id) => (await erase([id])) && goBack(),
};

own?.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-act]");
  if (button) working(button, t("js-signing"), async () => acts[button.dataset.act](await acting(), own.dataset.id, button));
});

byId("keep")?.addEventListener("click", ({ currentTarget: button }) => working(button, t("js-keeping"), async () => {
  const { keep, keptWords } = await import("./keep.js");
  const href = await keep([button.dataset.id], button.dataset.keep);
  say("good", keptWords(1, href));
  button.replaceWith(el("a", { class: "button", href }, t("js-in-yours")));
}));

const form = byId("form-asset");
const written = () => Object.fromEntries(["title", "alt", "text", "taken"].map((name) => [name, byId(name).value.trim()]));
const before = form && written();
// Where it can't be loaded nothing is kept, and everything else works.
const kept = form && import("../js/form/kept.js").then(({ keepForm }) => keepForm(form), () => () => {});
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  working(byId("save"), t("js-signing"), async () => {
    const now = written();
    const taken = now.taken.length === 16 ? `${now.taken}:00` : now.taken;
    const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(taken);
    fieldError(byId("taken"), isTime ? null : t("js-taken-wrong"));
    if (!isTime) return;
    const changed = ["title", "alt", "text"].filter((name) => now[name] !== before[name]);
    const body = Object.fromEntries(changed.map((name) => [name, now[name] || null]));
    if (now.taken !== before.taken) Object.assign(body, { taken, taken_from: "file" });
    if (Object.keys(body).length) await (await acting()).enter("change", { ref: form.dataset.id, body });
    (await kept)();
    await leave();
  });
});

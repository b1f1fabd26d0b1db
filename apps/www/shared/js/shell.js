// The frame of every page: puts a tile in the place of a picture that can't be shown, holds what is pressed, typed and chosen until the page's own scripts
// are ready, and opens the page's help text.
// For signed-in people it keeps the last pages for when the box does not answer, shows what is new, and notes that they looked at an app's page.
//
// Always: one new thing has one badge: at its app's place in the bar, or at the bell. The icon of the installed app has the sum.

const COUNTED_MAX = 99;
const LOOK_MS = 1000;
const HOLD_MS = 5000;

/** Puts a tile with its name in the place of a picture that can't be shown; below a face there is a letter already. */
function tile(image) {
  if (image.classList.contains("failed")) return;
  image.classList.add("failed");
  if (image.closest(".avatar")) return;
  const { name } = image.dataset;
  // The picture stays for those who hear its words.
  const shown = Object.assign(document.createElement("span"), { className: `${image.className} tile`, textContent: name || image.alt });
  shown.classList.remove("failed");
  shown.setAttribute("aria-hidden", "true");
  const [width, height] = ["width", "height"].map((side) => Number(image.getAttribute(side)));
  if (width && height) Object.assign(shown.style, { width: `min(100%, ${width}px)`, aspectRatio: `${width} / ${height}` });
  image.after(shown);
}

/** Shows a picture that could be loaded after all. */
function untile(image) {
  if (!image.classList.contains("failed")) return;
  image.classList.remove("failed");
  if (image.nextElementSibling?.classList.contains("tile")) image.nextElementSibling.remove();
}

const isImage = ({ target }) => target instanceof HTMLImageElement;
document.addEventListener("error", (event) => isImage(event) && tile(event.target), true);
document.addEventListener("load", (event) => isImage(event) && untile(event.target), true);
// Some failed before this script ran.
for (const image of document.images) if (image.complete && image.getAttribute("src") && !image.naturalWidth) tile(image);

const repeat = ({ type, target }) => () => target.dispatchEvent(new Event(type, { bubbles: true }));

/** What is held until a page's scripts are ready: by event, what does it again. What works without scripts is not held. */
const HELD = {
  click({ target }) {
    const button = target.closest("button[type=button]");
    return button && (() => button.click());
  },
  submit({ target, submitter }) {
    if (target.hasAttribute("action") || target.method === "dialog") return null;
    return () => target.requestSubmit(submitter);
  },
  input: repeat,
  change: repeat,
};

/** Holds events until these scripts are ready, and then repeats them. A script waits for its texts, and would not notice what happens before. */
function holdUntilReady(scripts) {
  let held = [];
  const hold = (event) => {
    const { type, target } = event;
    const again = HELD[type](event);
    if (!again) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    held = held.filter((other) => other.type !== type || other.target !== target);
    held.push({ type, target, again });
  };
  for (const type of Object.keys(HELD)) document.addEventListener(type, hold, true);
  const ready = Promise.allSettled(scripts.map((script) => import(script)));
  // A script that is late for another reason must not hold up the others.
  const late = new Promise((resolve) => setTimeout(resolve, HOLD_MS));
  Promise.race([ready, late]).then(() => {
    for (const type of Object.keys(HELD)) document.removeEventListener(type, hold, true);
    for (const { again } of held) again();
  });
}

const scripts = [...document.querySelectorAll("head script[type=module]")].map(({ src }) => src).filter((src) => src !== import.meta.url);
if (scripts.length > 0) holdUntilReady(scripts);

// Workers need a certificate that the browser trusts. Without one, pages need the box, and nothing else differs.
if (document.documentElement.dataset.did) navigator.serviceWorker?.register("/worker.js", { scope: "/" }).catch((error) => console.info(`No offline pages here: ${error.message}`));

/** Shows the help text of the page above it. Where that fails, and for a new tab, the link leads to the text. */
function openHelp(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const link = event.currentTarget;
  const follow = (error) => {
    console.info(error.message);
    location.assign(link.href);
  };
  import("../www/help.js").then(({ show }) => show(link)).catch(follow);
}

for (const link of document.querySelectorAll(".help")) link.addEventListener("click", openHelp);

const bell = document.querySelector(".bell");

/** Shows the sum of all badges at the icon of the installed app. */
function countAtIcon() {
  const counts = [...document.querySelectorAll(".bell, nav.main [data-app]")].map((link) => Number(link.dataset.new));
  const sum = counts.reduce((all, count) => all + count, 0);
  // Only an installed app has an icon.
  (sum ? navigator.setAppBadge?.(sum) : navigator.clearAppBadge?.())?.catch((error) => console.info(error.message));
}

/** Shows how many notifications are new at a place in the bar or at the bell. `says` is what is read out for it. */
function showCount(link, { count, says }) {
  link.dataset.new = count;
  for (const old of link.querySelectorAll(".badge, .unsaid")) old.remove();
  if (count > 0) {
    const badge = Object.assign(document.createElement("span"), { className: "badge", textContent: count > COUNTED_MAX ? `${COUNTED_MAX}+` : count });
    badge.setAttribute("aria-hidden", "true");
    link.append(badge);
  }
  if (link === bell) bell.setAttribute("aria-label", says);
  else if (count > 0) link.append(Object.assign(document.createElement("span"), { className: "unsaid", textContent: says }));
}

let counting = Promise.resolve();

/** Shows the badges that the box answers to `ask`. One question at a time: an older answer never replaces a newer one. */
function count(ask) {
  counting = counting.then(async () => {
    const answer = await ask();
    if (!answer.ok) return;
    const { bell: atBell, places } = await answer.json();
    for (const place of document.querySelectorAll("nav.main [data-app]")) showCount(place, places[place.dataset.app] ?? { count: 0 });
    showCount(bell, atBell);
    countAtIcon();
  }).catch((error) => console.info(error.message));
}

/** Asks for the badges again, since the box told of a notification. */
export function countAgain() {
  if (bell) count(() => fetch("/notifications/badges"));
}

/** Notes that somebody looked at the page of an app: what it told them is not new any more. */
function look(place) {
  if (document.visibilityState !== "visible") return;
  count(() => fetch(`/notifications/read?${new URLSearchParams({ at: place.getAttribute("href") })}`, { method: "POST" }));
}

const here = document.querySelector('nav.main a[aria-current="page"]');
const isNew = () => [here, bell].some((link) => Number(link.dataset.new) > 0);
// Home and More belong to no app.
if (here && bell && here.pathname === location.pathname && !["/", "/more"].includes(here.pathname) && isNew()) {
  setTimeout(() => look(here), LOOK_MS);
}
countAtIcon();

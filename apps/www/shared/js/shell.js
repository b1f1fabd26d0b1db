// The frame of every page: puts a tile in the place of a picture that can't be shown. For signed-in people it keeps the last pages for when the box does
// not answer, and counts on what is new.

const COUNTED_MAX = 99;

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

// Without a certificate that the browser trusts there are no workers: then pages need the box, and nothing else differs.
if (document.documentElement.dataset.did) navigator.serviceWorker?.register("/worker.js", { scope: "/" }).catch((error) => console.info(`No offline pages here: ${error.message}`));

/** One more notification of an app: at its place in the bar or at More, and at the bell. `says` has what is read out there for a count. */
export function oneMore(app, says) {
  const more = (link) => {
    const count = Number(link.dataset.new) + 1;
    link.dataset.new = count;
    for (const old of link.querySelectorAll(".badge, .unsaid")) old.remove();
    const badge = Object.assign(document.createElement("span"), { className: "badge", textContent: count > COUNTED_MAX ? `${COUNTED_MAX}+` : count });
    badge.setAttribute("aria-hidden", "true");
    link.append(badge);
    return count;
  };
  const bell = document.querySelector(".bell");
  if (bell) bell.setAttribute("aria-label", says.bell(more(bell)));
  const place = document.querySelector(`nav.main [data-app="${app}"]`) ?? document.querySelector('nav.main [href="/more"]');
  if (place) place.append(Object.assign(document.createElement("span"), { className: "unsaid", textContent: says.place(more(place)) }));
}

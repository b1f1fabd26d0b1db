// The frame of every page of somebody who is signed in: keeps what they saw last for when the box does not answer, and counts on what is new.

const COUNTED_MAX = 99;

// Without a certificate that the browser trusts there are no workers: then pages need the box, and nothing else differs.
navigator.serviceWorker?.register("/worker.js", { scope: "/" }).catch((error) => console.info(`No offline pages here: ${error.message}`));

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

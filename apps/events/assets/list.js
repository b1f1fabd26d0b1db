// Times of events, as this person's clock has them.

import { locale } from "../js/texts.js";

// As long as what the box wrote there, so that nothing moves.
const format = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" });

const month = new Intl.DateTimeFormat(locale, { month: "short" });
for (const tile of document.querySelectorAll("[data-tile]")) {
  const at = new Date(tile.dataset.tile);
  tile.querySelector("b").textContent = at.getDate();
  tile.querySelector("small").textContent = month.format(at);
}
for (const time of document.querySelectorAll("time[data-local]")) {
  time.title = time.textContent;
  time.textContent = format.format(new Date(time.dateTime));
}

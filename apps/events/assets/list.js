// Times of events, as this person's clock has them.

import { locale } from "../js/texts.js";

const format = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "short" });

for (const time of document.querySelectorAll("time[data-local]")) {
  time.title = time.textContent;
  time.textContent = format.format(new Date(time.dateTime));
}

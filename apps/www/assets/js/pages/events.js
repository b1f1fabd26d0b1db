// Times of events, as this person's clock has them.

const format = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });

for (const time of document.querySelectorAll("time[data-local]")) {
  time.title = time.textContent;
  time.textContent = format.format(new Date(time.dateTime));
}

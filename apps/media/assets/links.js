// Your own links: ending one at once, and moving its end.

import { texts } from "../js/texts.js";
import { el, working } from "../js/ui.js";
import { ask, endOf, enter, field, until } from "./acts.js";

const t = await texts("media");

for (const button of document.querySelectorAll("[data-end]")) {
  button.addEventListener("click", () => working(button, t("js-signing"), async () => {
    await enter("link.end", { ref: button.dataset.end });
    location.reload();
  }));
}

for (const button of document.querySelectorAll("[data-move]")) {
  const { move, of, digest, label, exact } = button.dataset;
  button.addEventListener("click", async () => {
    const day = until(Math.max(Number(button.dataset.until), Date.now()));
    const done = await ask(t("js-link-move"), [el("p", {}, t("js-link-move-lead")), field("until", t("js-link-until"), day)], t("js-save"), async () => {
      const end = endOf(day);
      if (!end) return "again";
      await enter("link", { ref: move, body: label ? { label } : {}, fact: { of, digest, until: end, ...(exact === "1" && { exact: 1 }) } });
    });
    if (done) location.reload();
  });
}

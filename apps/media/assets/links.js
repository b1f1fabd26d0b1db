// Your own links: ending one at once.

import { texts } from "../js/texts.js";
import { working } from "../js/ui.js";
import { enter } from "./acts.js";

const t = await texts("media");

for (const button of document.querySelectorAll("[data-end]")) {
  button.addEventListener("click", () => working(button, t("js-signing"), async () => {
    await enter("link.end", { ref: button.dataset.end });
    location.reload();
  }));
}

// Another person's album: copies all or some of it into the reader's library.

import { texts } from "../js/texts.js";
import { byId, say, working } from "../js/ui.js";
import { idsAt, selectable } from "./select.js";

const t = await texts("media");

byId("keep-all")?.addEventListener("click", ({ currentTarget: button }) => working(button, t("js-keeping"), async () => {
  const ids = await idsAt(button.dataset.of);
  const { keep, keptWords } = await import("./keep.js");
  await keep(ids, button.dataset.keep, (done) => say("good", t("js-done-of", { done, all: ids.length })));
  say("good", keptWords(ids.length));
}));
selectable();

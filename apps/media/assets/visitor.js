// Another person's album: copies all or some of it into the reader's library.

import { get } from "../js/api.js";
import { texts } from "../js/texts.js";
import { byId, say, working } from "../js/ui.js";
import { selectable } from "./select.js";

const t = await texts("media");
const PAGE = 100;

/** Everything that is in the album. */
async function inAlbum(path) {
  const ids = [];
  for (let more = true; more; ) {
    const answer = await get(`${path}&limit=${PAGE}&offset=${ids.length}`);
    ids.push(...answer.assets.map(({ id }) => id));
    more = answer.hasMore;
  }
  return ids;
}

byId("keep-all")?.addEventListener("click", ({ currentTarget: button }) => working(button, t("js-keeping"), async () => {
  const ids = await inAlbum(button.dataset.of);
  const { keep, keptWords } = await import("./keep.js");
  await keep(ids, button.dataset.keep, (done) => say("good", t("js-done-of", { done, all: ids.length })));
  say("good", keptWords(ids.length));
}));
selectable();

// Taking what others share into the reader's library: the box brings the file over, and the page signs that it is theirs now.

import { ApiError } from "../js/api.js";
import { agree } from "../js/proof.js";
import { actor } from "../js/session.js";
import { texts } from "../js/texts.js";
import { el } from "../js/ui.js";

const t = await texts("media");
/** What is wrong with one file only: it is for sale, not there any more, or there are only previews of it. */
const OF_ONE = [402, 404, 409, 410];

/** Keeps one: where it is now. `path` is where one asks, with `{id}` for the file. */
async function keepOne(me, path, id) {
  const kept = await agree(me, "media.add", "POST", path.replace("{id}", id));
  // Who made it stays with it.
  if (kept.makers) await agree(me, "media.fair", "PUT", `/media/api/assets/${kept.id}/fair`, kept.makers);
  return `/media/a/${kept.id}`;
}

/** Keeps some, one after the other; `told` hears how many are done. Where the last one is now. What can't be kept stops no other. */
export async function keep(ids, path, told = () => {}) {
  const me = await actor();
  const wrong = [];
  let href = null;
  for (const [place, id] of ids.entries()) {
    try {
      href = await keepOne(me, path, id);
    } catch (error) {
      if (!(error instanceof ApiError) || !OF_ONE.includes(error.status)) throw error;
      wrong.push(error);
    }
    told(place + 1);
  }
  if (wrong.length === 1 && ids.length === 1) throw wrong[0];
  if (wrong.length) throw new Error(t("js-kept-but", { count: ids.length - wrong.length, all: ids.length, why: wrong[0].message }));
  return href;
}

/** Says that some are kept, with the way to them. */
export const keptWords = (count, href = "/media") => el("p", {}, t("js-kept", { count }), " ", el("a", { href }, t("js-kept-see")));

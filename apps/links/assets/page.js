// Actions of a collection's visitors: following it, and copying it to their own page.

import { visitor } from "../js/items/visitor.js";
import { texts } from "../js/texts.js";

const t = await texts("links");

visitor({
  body: ["title", "url", "note"],
  facts: ["accent"],
  says: { followed: t("js-followed"), unfollowed: t("js-unfollowed"), copied: (count) => t("js-copied", { count }) },
});

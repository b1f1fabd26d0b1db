// The page of a series, and of an essay in one: following the series.

import { visitor } from "../js/items/visitor.js";
import { texts } from "../js/texts.js";
import { byId } from "../js/ui.js";

const t = await texts("essays");

if (byId("visitor")) visitor({ says: { followed: t("js-followed"), unfollowed: t("js-unfollowed") } });

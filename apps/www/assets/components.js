// The page of the components: messages and questions, as scripts of other pages say them, and the field in which people are chosen.

import "../js/form/person.js";
import { sure } from "../js/form/sure.js";
import { texts } from "../js/texts.js";
import { byId, say } from "../js/ui.js";

const t = await texts("www");

byId("say-good").addEventListener("click", () => say("good", t("js-component-good")));
byId("say-bad").addEventListener("click", () => say("bad", t("js-component-bad")));
byId("ask").addEventListener("click", async ({ currentTarget }) => {
  if (await sure(t("js-component-sure"), currentTarget)) say("good", t("js-component-good"));
});

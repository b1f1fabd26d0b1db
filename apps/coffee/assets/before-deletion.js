// On the page "Delete my data": the words with tips that other people keep, until they are taken back.

import { get } from "../js/api.js";
import { submit } from "../js/proof.js";
import { actor } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, el, sayError, working } from "../js/ui.js";

const t = await texts("coffee");
const PAGE = 100;
const list = el("ul", { class: "rows", id: "words-list" });
const section = el("section", { class: "card", id: "coffee" }, el("h2", {}, t("js-words")), el("p", {}, t("js-words-why")), list);
section.hidden = true;
byId("first").append(section);

async function said() {
  const all = [];
  for (let more = true; more; ) {
    const answer = await get(`/coffee/api/given?limit=${PAGE}&offset=${all.length}`).catch((error) => {
      // A box without tips has no words with them.
      if (error.status === 404) return { tips: [], hasMore: false };
      throw error;
    });
    all.push(...answer.tips);
    more = answer.hasMore;
  }
  return all.filter((tip) => tip.said);
}

async function draw() {
  const rows = (await said()).map((tip) => {
    const take = ({ currentTarget }) => working(currentTarget, t("js-signing"), async () => {
      await submit(await actor(), { service: "coffee", op: "coffee.unsay", ref: tip.payment, fact: { dids: [tip.seller] } });
      await draw();
      document.dispatchEvent(new Event("settled"));
    });
    return el("li", {}, el("div", { class: "row" }, el("span", { class: "grow" }, tip.said), el("button", { type: "button", onclick: take }, t("js-words-take"))));
  });
  list.replaceChildren(...rows);
  section.hidden = rows.length === 0;
}

draw().catch(sayError);

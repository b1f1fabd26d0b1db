// On the page "Delete my data": the person's named answers. They are also in other people's records and can be
// withdrawn first.

import { get } from "../js/api.js";
import { submit } from "../js/proof.js";
import { actor } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, el, say, sayError, working } from "../js/ui.js";

const t = await texts("dykil");
const list = el("ul", { class: "rows", id: "answers-list" });
const section = el("section", { class: "card", id: "answers" }, el("h2", {}, t("js-given")), el("p", {}, t("js-given-why")), list);
section.hidden = true;
byId("first").append(section);

async function takeBack({ owner, survey }, button) {
  await working(button, t("js-signing"), async () => {
    await submit(await actor(), { service: "dykil", op: "dykil.withdraw", ref: survey, fact: { dids: [owner] } });
    await draw();
    say("good", t("js-taken-back"));
    document.dispatchEvent(new Event("settled"));
  });
}

async function draw() {
  const { answers } = await get("/dykil/api/given").catch((error) => {
    // A node without the surveys app answers 404: the person has no answers.
    if (error.status === 404) return { answers: [] };
    throw error;
  });
  const row = (given) => {
    const button = el("button", { type: "button", onclick: ({ currentTarget }) => takeBack(given, currentTarget) }, t("js-take-back"));
    return el("li", {}, el("div", { class: "row" }, el("span", { class: "grow" }, given.title ?? t("js-a-poll")), button));
  };
  list.replaceChildren(...answers.map(row));
  section.hidden = answers.length === 0;
}

draw().catch(sayError);

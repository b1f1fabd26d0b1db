// Letters that wait, for the owner of the box.

import { get } from "../js/api.js";
import { texts } from "../js/texts.js";
import { ago, byId, copyButton, el, sayError } from "../js/ui.js";

const t = await texts("www");

function card(letter) {
  const link = letter.text?.match(/https?:\/\/\S+/)?.[0];
  const card = el("li", { class: "card" }, el("h2", {}, letter.subject), el("p", {}, t("js-letters-to", { to: letter.to, when: ago(letter.createdAt), end: ago(letter.expiresAt) })));
  if (letter.failure) card.append(el("p", { class: "hint" }, t("js-letters-tried", { tries: letter.tries, why: letter.failure })));
  if (link) card.append(el("p", {}, el("code", {}, link), " ", copyButton(link, t("js-letters-link"))));
  if (letter.text) card.append(el("details", {}, el("summary", {}, t("js-letters-text")), el("pre", {}, letter.text)));
  return card;
}

async function draw() {
  const { mailed, letters } = await get("/auth/api/mail");
  byId(mailed ? "sending" : "handing").hidden = false;
  byId("none").hidden = letters.length > 0;
  byId("letters").hidden = letters.length === 0;
  byId("letters").replaceChildren(...letters.map(card));
}

draw().catch(sayError);

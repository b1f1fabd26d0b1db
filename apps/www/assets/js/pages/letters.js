// Letters that wait, for the owner of the box.

import { get } from "../api.js";
import { ago, byId, copyButton, el, sayError } from "../ui.js";

function card(letter) {
  const link = letter.text?.match(/https?:\/\/\S+/)?.[0];
  const card = el("li", { class: "card" }, el("h2", {}, letter.subject), el("p", {}, "To ", el("strong", {}, letter.to), `, ${ago(letter.createdAt)}; it ends ${ago(letter.expiresAt)}.`));
  if (letter.failure) card.append(el("p", { class: "hint" }, `Not sent yet, after ${letter.tries} tries: ${letter.failure}`));
  if (link) card.append(el("p", {}, el("code", {}, link), " ", copyButton(link, "the link")));
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

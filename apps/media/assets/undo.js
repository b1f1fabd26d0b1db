// Undo: the signed commands that bring back what has gone, offered where it went, or on the next page of this tab.

import { texts } from "../js/texts.js";
import { el, leave, say, working } from "../js/ui.js";

const t = await texts("media");
/** Name in this tab's storage of the undo that the next page offers. */
const NEXT = "undo";

/** The step that brings files back from the trash, to the folders that they were in. */
export const fromTrash = (assets) => ({ op: "move", assets, fact: { back: 1 } });

/** Enters steps in their order: commands of this service, those with `assets` for any number of files. */
async function enterSteps(steps) {
  const { enter, enterAll } = await import("./acts.js");
  for (const { op, assets, ...command } of steps) await (assets ? enterAll(op, assets, command) : enter(op, command));
}

/** A message that something has gone, and the button that enters the steps back. */
export function undoable(text, ...steps) {
  const undo = ({ currentTarget: button }) => working(button, t("js-signing"), async () => {
    await enterSteps(steps);
    await leave();
  });
  return [text, el("p", {}, el("button", { type: "button", onclick: undo }, t("js-undo")))];
}

/** Has the next page of this tab say that something has gone, and offer the steps back. */
export function offerOnNextPage(text, ...steps) {
  sessionStorage.setItem(NEXT, JSON.stringify([text, ...steps]));
}

const offer = sessionStorage.getItem(NEXT);
sessionStorage.removeItem(NEXT);
if (offer) say("good", ...undoable(...JSON.parse(offer)));

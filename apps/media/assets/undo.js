// Undo: the signed commands that bring back what has gone, offered where it went, or on the next page of this tab.

import { texts } from "../js/texts.js";
import { byId, el, leave, say, working } from "../js/ui.js";

const t = await texts("media");
/** Name in this tab's storage of the undo that the next page offers. */
const NEXT = "undo";

/** The step that brings files back from the trash, to the folders that they were in. */
export const fromTrash = (assets) => ({ op: "move", assets, fact: { back: 1 } });

/** Enters steps in their order: commands of this service, those with `assets` for any number of files. */
async function enterSteps(steps) {
  const { enter, enterAll } = await import("./acts.js");
  for (const { op, assets, ...command } of steps) {
    const told = (done) => say("good", t("js-done-of", { done, all: assets.length }));
    await (assets ? enterAll(op, assets, { ...command, told }) : enter(op, command));
  }
}

/** A message that something has gone, and the button that enters the steps back, if there are any. Each step may be entered twice. */
export function undoable(text, ...steps) {
  if (!steps.length) return [text];
  const undo = async ({ currentTarget: button }) => {
    await working(button, t("js-signing"), async () => {
      await enterSteps(steps);
      await leave();
    });
    // Below what failed.
    byId("message").append(line);
  };
  const line = el("p", {}, el("button", { type: "button", onclick: undo }, t("js-undo")));
  return [text, line];
}

/** Has the next page of this tab say that something has gone, and offer the steps back. */
export function offerOnNextPage(text, ...steps) {
  const keep = (...offer) => sessionStorage.setItem(NEXT, JSON.stringify(offer));
  try {
    keep(text, ...steps);
  } catch {
    // The ids of more than a hundred thousand files don't fit.
    keep(text);
  }
}

const offer = sessionStorage.getItem(NEXT);
sessionStorage.removeItem(NEXT);
if (offer) say("good", ...undoable(...JSON.parse(offer)));

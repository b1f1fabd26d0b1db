// The Home card of a request to write, accepted with one signature.
//
// Always: the conversation is opened as its own page opens it, so what is signed is about the log that this browser checked.

import { texts } from "../js/texts.js";
import { say, working } from "../js/ui.js";

const t = await texts("chat");

async function accept({ accept: name, from }) {
  // Home stays small: the signing code is loaded on demand.
  const [{ actsIn }, { begin, storeHere }, { directName }] = await Promise.all([import("./acts.js"), import("./here.js"), import("./room/turns.js")]);
  const { me, conversationOf, problem } = await begin(await storeHere());
  if (problem) throw new Error(t(problem.message, { known: "no", who: "" }));
  const { report } = await conversationOf(name);
  if ((await directName(me.did, from)) !== name) throw new Error(t("js-request-other"));
  await actsIn(report.log, me).accept(from);
}

for (const button of document.querySelectorAll("[data-accept]")) {
  button.addEventListener("click", () => working(button, t("js-saving"), async () => {
    await accept(button.dataset);
    button.remove();
    say("good", t("js-request-accepted", { who: button.dataset.called }));
  }));
}

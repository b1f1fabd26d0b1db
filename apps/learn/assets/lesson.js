// A lesson's page: saying that it is done.

import { nodeNow } from "../js/api.js";
import { submit } from "../js/proof.js";
import { actor } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, say, sayError, working } from "../js/ui.js";

const t = await texts("learn");
const { owner, course, lesson } = byId("lesson").dataset;

async function done() {
  await working(byId("done"), t("js-signing"), async () => {
    const body = { done: [{ lesson, at: Math.floor(nodeNow()) }] };
    await submit(await actor(), { service: "learn", op: "learn.progress", ref: course, fact: { teacher: owner }, body });
    byId("done").hidden = true;
    byId("is-done").hidden = false;
    say("good", t("js-done"));
  });
}

byId("done")?.addEventListener("click", () => done().catch(sayError));

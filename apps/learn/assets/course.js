// A course's page: enrolling, leaving, following.

import { visitor } from "../js/items/visitor.js";
import { submit } from "../js/proof.js";
import { actor } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, sayError, working } from "../js/ui.js";

const t = await texts("learn");
const { owner, course } = byId("course").dataset;

/** Signs what begins or ends a place in the course, and shows the page as it is then. */
async function sign(button, op) {
  await working(button, t("js-signing"), async () => {
    await submit(await actor(), { service: "learn", op, ref: course, fact: { dids: [owner] }, to: [owner] });
    location.reload();
  });
}

byId("enroll")?.addEventListener("click", ({ currentTarget }) => sign(currentTarget, "learn.enroll").catch(sayError));
byId("leave")?.addEventListener("click", ({ currentTarget }) => confirm(t("js-leave-sure")) && sign(currentTarget, "learn.leave").catch(sayError));
if (byId("visitor")) {
  visitor({ body: ["title", "note", "text", "questions"], facts: ["pass"], says: { followed: t("js-followed"), unfollowed: t("js-unfollowed"), copied: (count) => t("js-copied", { count }) } });
}

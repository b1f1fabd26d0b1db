// A lesson's page: marking it as done, and answering its quiz.

import { nodeNow, page } from "../js/api.js";
import { drawForm } from "../js/form/draw.js";
import { grade } from "../js/form/rules.js";
import { texts } from "../js/texts.js";
import { byId, say, sayError, working } from "../js/ui.js";
import { keepSending, send, waiting } from "./queue.js";

const t = await texts("learn");
const { owner, course, lesson } = byId("lesson").dataset;

// Progress.

function showDone() {
  byId("done").hidden = true;
  byId("is-done").hidden = false;
  byId("way").querySelector(".button").classList.add("main");
}

/** Draws what comes after the last lesson as the box draws it now: the course or its certificate. */
async function redrawEnd() {
  if (byId("after")) return;
  const way = (await page(location.href))?.getElementById("way");
  if (way) byId("way").replaceChildren(...way.childNodes);
}

async function done() {
  await working(byId("done"), t("js-signing"), async () => {
    const body = { done: [{ lesson, at: Math.floor(nodeNow()) }], place: byId("after")?.dataset.lesson ?? lesson };
    const receipt = await send({ service: "learn", op: "learn.progress", ref: course, fact: { teacher: owner }, body });
    showDone();
    say("good", t(receipt ? "js-done" : "js-noted"));
    if (receipt) await redrawEnd();
  });
}

byId("done")?.addEventListener("click", () => done().catch(sayError));
const isHere = ({ op, body }) => op === "learn.progress" && body.done.some((one) => one.lesson === lesson);
if (byId("done") && waiting().some(isHere)) showDone();
keepSending(() => {
  say("good", t("js-sent"));
  if (byId("grade")?.textContent === t("js-noted")) byId("grade").textContent = "";
}, sayError);

// Quiz.

async function answer(drawn) {
  await working(byId("send"), t("js-signing"), async () => {
    const body = { answers: JSON.stringify(drawn.read()) };
    const receipt = await send({ service: "learn", op: "learn.answer", ref: lesson, fact: { teacher: owner }, body });
    if (!receipt) {
      byId("answers").hidden = true;
      return say("good", t("js-noted"));
    }
    const { right, of: count, pass, left } = receipt.value;
    byId("grade").textContent = t(pass ? "js-passed" : "js-not-passed", { right, count, left });
    if (!pass && left) return;
    drawn.forget();
    byId("answers").hidden = true;
    if (pass) await redrawEnd();
  });
}

const quiz = byId("quiz");
/** Whether an answer to this quiz waits for a network: it is one of the tries. */
const isAnswered = () => waiting().some(({ op, ref, fact }) => op === "learn.answer" && ref === lesson && fact.teacher === owner);

if (quiz && byId("answers") && isAnswered()) {
  byId("answers").hidden = true;
  byId("grade").textContent = t("js-noted");
} else if (quiz && byId("answers")) {
  const form = JSON.parse(quiz.dataset.form);
  const drawn = drawForm(byId("questions"), form, { draft: `${owner}/${lesson}` });
  byId("send").hidden = false;
  byId("answers").addEventListener("submit", (event) => {
    event.preventDefault();
    if (!drawn.check()) return;
    if (quiz.dataset.quiz) return void answer(drawn).catch(sayError);
    const { right, of: count } = grade(form, drawn.read());
    say(right === count ? "good" : "", t("js-right", { right, count }));
  });
}

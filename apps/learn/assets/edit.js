// Making your own courses: courses, modules and lessons.

import { editor } from "../js/items/editor.js";
import { oneOf } from "../js/items/store.js";
import { texts } from "../js/texts.js";
import { utf8 } from "../js/base.js";
import { byId, el } from "../js/ui.js";
import { read, written } from "./quiz.js";

const t = await texts("learn");
const TEXT_BYTES_MAX = 200_000;

/** What is wrong with a lesson's own fields. */
function wrong({ text, quiz, pass }, kind) {
  if (kind !== "lesson") return null;
  if (utf8(text).length > TEXT_BYTES_MAX) return ["text", t("js-too-long")];
  const { form, wrong: why } = read(quiz);
  if (why) return ["quiz", t(why)];
  if (pass && !(Number.isInteger(Number(pass)) && pass >= 1 && pass <= 100)) return ["pass", t("js-pass")];
  return pass && !form ? ["quiz", t("js-no-quiz")] : null;
}

/** The facts of a lesson that aren't texts. */
const facts = ({ required, pass }) => ({ ...(required ? {} : { optional: 1 }), ...(pass ? { pass: Number(pass) } : {}) });

/** The ways to a course, and to its students. */
function tools({ kind, id, title }) {
  const path = `/learn/${encodeURIComponent(courses.did)}/${id}`;
  const link = (href, text) => el("a", { class: "button", href, "aria-label": `${text}: ${title}` }, text);
  return [[link(path, t("js-see")), ...(kind === "course" ? [link(`${path}/students`, t("js-students"))] : [])], null];
}

const courses = editor("learn", {
  kinds: {
    course: { title: t("js-a-course"), body: ["title", "note", "slug"], isShown: true, empty: t("js-empty") },
    module: { title: t("js-a-module"), body: ["title", "note"], isShown: true, in: ["course"], empty: t("js-empty") },
    lesson: { title: t("js-a-lesson"), body: ["title", "note", "text", "slug"], isShown: true, in: ["course", "module"], more: facts, words: ({ quiz }) => ({ questions: read(quiz).form }) },
  },
  // What is in no course yet comes after the courses.
  lists: ["course", "module", "lesson"].map((kind) => ({ id: `all-${kind}`, kind })),
  wrong,
  tools,
  whole: ({ id }) => oneOf("learn", courses.did, id),
  values: ({ optional, questions }) => ({ required: !optional, quiz: written(questions) }),
  says: { nothing: t("js-nothing"), slugTaken: t("js-slug-taken"), removeAll: ({ title }) => t("js-remove-all-sure", { title }) },
});

for (const kind of ["course", "module", "lesson"]) byId(`add-${kind}`).addEventListener("click", () => courses.create(kind));
for (const button of document.querySelectorAll("[data-template]")) {
  const { title, note } = button.dataset;
  button.addEventListener("click", () => courses.create("course", { title, note }));
}
courses.start();

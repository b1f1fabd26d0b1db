// The editor of a person's surveys: questions, what the owner learns, opening and closing, paper codes.

import { post } from "../js/api.js";
import { elements } from "../js/form/rules.js";
import { howMany, sure } from "../js/form/sure.js";
import { editor, local } from "../js/items/editor.js";
import { submit } from "../js/proof.js";
import { actor } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, el, say, working } from "../js/ui.js";
import { dateQuestions, datesOf, nextWeekend } from "./dates.js";
import { question, showQuestions, wrongQuestion } from "./questions.js";

const t = await texts("dykil");
const STATUS = { draft: "js-status-draft", open: "js-status-open", closed: "js-status-closed" };
const SAYS = { secret: "js-says-secret", totals: "js-says-totals", open: "js-says-open", named: "js-says-named" };
/** The number of codes that the node draws per request. */
const SLIPS_AT_ONCE = 1000;
/** The audiences in which each person answers once. */
const PEOPLE = ["member", "guest", "person"];
/** The modes whose answers are kept in a box until there are enough. */
const BOXED = ["totals", "secret"];
const ANSWERS_LEAST = 5;
const choices = (id) => t(id).split("\n").map((line) => line.trim());

/** The templates: sample questions and settings. */
const TEMPLATES = {
  when: () => ({ mode: "named", each: "member", show: "all", form: dateQuestions(nextWeekend()) }),
  blank: () => ({ mode: "named", each: "member", show: "all", form: [question("q1", "radiogroup", "")] }),
  cafe: () => ({
    mode: "open",
    each: "any",
    show: "owner",
    form: [question("q1", "checkbox", t("js-t-cafe-1"), { choices: choices("js-t-cafe-1-choices") }), question("q2", "rating", t("js-t-cafe-2")), question("q3", "comment", t("js-t-cafe-3"))],
  }),
  band: () => ({ mode: "named", each: "member", show: "all", form: [question("q1", "checkbox", t("js-t-band-1"), { choices: choices("js-t-band-1-choices") })] }),
  class: () => ({
    mode: "secret",
    each: "slip",
    show: "all",
    form: [question("q1", "radiogroup", t("js-t-class-1"), { choices: choices("js-t-class-1-choices"), isRequired: true })],
  }),
  spending: () => ({ title: t("js-t-spending"), mode: "totals", each: "any", show: "all", form: "spending" }),
};

/** Whether closing a survey would destroy its answers, as far as its owner can know: a secret box doesn't reveal its count. */
const isAtRisk = ({ mode, answers }) => BOXED.includes(mode) && answers < ANSWERS_LEAST;

/** Whether a survey was never opened. A new one has no status yet. */
const isDraft = ({ status = "draft" }) => status === "draft";

const enterStatus = async ({ id }, status) => submit(await actor(), { service: "dykil", op: "dykil.status", ref: id, fact: { status } });

async function close(item, button) {
  const question = isAtRisk(item) ? "js-close-few-sure" : "js-close-sure";
  if (!(await sure(t(question, { title: item.title }), button))) return;
  await working(button, t("js-signing"), async () => {
    await enterStatus(item, "closed");
    await surveys.load();
    say("good", t("js-closed"));
  });
}

async function drawSlips(item, button) {
  const number = await howMany(t("js-slips-number"), button, { value: 30, most: SLIPS_AT_ONCE });
  if (number === null) return;
  const { codes } = await post(`/dykil/api/surveys/${encodeURIComponent(surveys.did)}/${item.id}/slips`, { number });
  byId("codes").replaceChildren(...codes.map((code) => el("li", {}, el("strong", {}, code), el("span", {}, item.title))));
  byId("slips").hidden = false;
  byId("slips").scrollIntoView();
  print();
}

function tools(item, button) {
  const path = `/dykil/${encodeURIComponent(surveys.did)}/${item.id}`;
  const link = (href, text) => el("a", { class: "button", href, "aria-label": `${text}: ${item.title}` }, text);
  const buttons = [link(path, t("js-see"))];
  if (item.status === "open") buttons.push(button(t("js-close"), (pressed) => close(item, pressed)));
  if (item.status !== "draft") buttons.push(link(`/dykil/api/surveys/${encodeURIComponent(surveys.did)}/${item.id}/results.csv`, t("js-table")));
  if (item.status === "open" && item.each === "slip") buttons.push(button(t("js-slips"), (pressed) => drawSlips(item, pressed)));
  return [buttons, null];
}

/** Returns the title of a poll whose form has none: its first question. */
function titled({ form }) {
  if (!form || form === "spending") return "";
  const parsed = JSON.parse(form);
  return datesOf(parsed) ? t("js-t-when") : (elements(parsed)[0]?.title ?? "");
}

const surveys = editor("dykil", {
  kinds: {
    survey: {
      title: t("js-a-survey"),
      body: ["title", "note", "form", "groups", "slug"],
      facts: ["mode", "each", "show", "event", "when"],
      isShown: true,
      more: ({ roll, closes }) => ({ ...(roll && { roll: 1 }), ...(closes && { closes: Date.parse(closes) }) }),
    },
  },
  lists: [{ id: "surveys", kind: "survey" }],
  wrong: wrongQuestion,
  titled,
  shares: {
    kinds: ["survey"],
    isDraft,
    isFixed: (item) => !isDraft(item),
    publish: (item) => enterStatus(item, "open"),
    question: ({ title }) => t("js-publish-sure", { title }),
  },
  values: ({ closes, roll }) => ({ closes: local(closes), roll: Boolean(roll) }),
  opened,
  hints: ({ status, answers }) => [t(STATUS[status]), answers ? t("js-answers", { count: answers }) : null],
  tools,
  says: { nothing: t("js-nothing"), slugTaken: t("js-slug-taken"), removeAll: ({ title }) => title },
});

/** Updates everything that depends on other fields. */
function redraw() {
  const mode = byId("mode").value;
  byId("mode-says").textContent = t(SAYS[mode]);
  const fits = { named: ["member", "guest", "ticket"], open: ["any"] }[mode] ?? [...PEOPLE, "any", "ticket", "slip"];
  for (const option of byId("each").options) option.disabled = !fits.includes(option.value);
  if (!fits.includes(byId("each").value)) byId("each").value = fits[0];
  byId("roll").closest("label").hidden = !BOXED.includes(mode) || !PEOPLE.includes(byId("each").value);
  if (byId("roll").closest("label").hidden) byId("roll").checked = false;
}

function opened({ event }) {
  const events = byId("event");
  // Keep an event that isn't offered any more because it ended long ago or is unknown.
  if (event && ![...events.options].some(({ value }) => value === event)) {
    events.append(el("option", { value: event }, event));
    events.value = event;
  }
  showQuestions();
  redraw();
}

// Before the editor says what is chosen.
byId("form-item").addEventListener("change", redraw, true);
byId("templates").addEventListener("click", ({ target }) => {
  const made = TEMPLATES[target.dataset.template]?.();
  if (!made) return;
  const form = made.form === "spending" ? made.form : JSON.stringify({ elements: made.form });
  surveys.create("survey", { ...made, form, roll: false });
});
surveys.start();

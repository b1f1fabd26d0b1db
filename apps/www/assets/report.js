// Shows the result of the check of a copy.

import { locale, texts } from "../js/texts.js";
import { el } from "../js/ui.js";

const t = await texts("www");
const WORDS = {
  signed: "js-report-signed",
  custodial: "js-report-custodial",
  derived: "js-report-derived",
  node: "js-report-node",
};

const LEFT_OUT = { event: "js-report-left-out-event", group: "js-report-left-out-group" };

/** The verdict and what the copy has. */
export function drawReport(report) {
  const good = report.valid === true;
  const head = good
    ? el("div", { class: "notice good" }, el("h2", {}, t("js-report-good")), el("p", {}, t("js-report-good-why")))
    : el("div", { class: "notice bad" }, el("h2", {}, t("js-report-bad")), ...found(report.fault ?? null));
  return [head, facts(report)];
}

/** What was found, in a sentence of the code's, and folded what the box says exactly. */
function found(fault) {
  if (!fault) return [el("p", {}, t("js-report-bad-why"))];
  const exactly = el("details", {}, el("summary", {}, t("js-report-exactly")), el("p", {}, el("code", {}, `${fault.code}: ${fault.message}`)));
  return [el("p", {}, where(fault, t("js-report-why", { code: fault.code }))), exactly];
}

function where(fault, why) {
  if (typeof fault.seq === "number") return t("js-report-entry", { number: fault.seq, why });
  return fault.file ? t("js-report-file", { file: fault.file, why }) : why;
}

function facts(report) {
  const rows = [];
  const row = (name, value) => rows.push(el("dt", {}, name), el("dd", {}, value));
  const number = (count) => count.toLocaleString(locale);
  if (report.did) row(t("js-report-did"), el("code", {}, report.did));
  if (report.entries !== undefined) row(t("js-report-entries"), number(report.entries));
  for (const [will, count] of Object.entries(report.by_will ?? {})) {
    if (count) row(WORDS[will] ? t(WORDS[will]) : will, number(count));
  }
  if (typeof report.attested_to === "number") row(t("js-report-attested"), t("js-report-attested-to", { number: report.attested_to }));
  for (const { did, kind } of report.bundle?.left_out ?? []) {
    row(t("js-report-left-out"), LEFT_OUT[kind] ? t(LEFT_OUT[kind], { did }) : did);
  }
  if (report.erased) row(t("js-report-erased"), t("js-report-erased-words", { count: report.erased }));
  return el("dl", { class: "facts card" }, ...rows);
}

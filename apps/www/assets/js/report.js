// What the box found when it read a copy through, for people.

import { el } from "./ui.js";

const WORDS = {
  signed: "signed by the owner's own key",
  custodial: "asked for with a session, so the box's word",
  derived: "followed from something that somebody did",
  node: "the box's own word",
};

/** The verdict and what the copy has. */
export function drawReport(report) {
  const good = report.valid === true;
  const head = good
    ? el("div", { class: "notice good" }, el("h2", {}, "This copy is whole and genuine"), el("p", {}, "Every entry is in its place, and every signature fits."))
    : el("div", { class: "notice bad" }, el("h2", {}, "Something in this copy was changed or is missing"), el("p", {}, faultText(report.fault ?? null)));
  return [head, facts(report)];
}

function faultText(fault) {
  if (!fault) return "It does not verify.";
  const where = typeof fault.seq === "number" ? `Entry ${fault.seq}` : (fault.file ?? "The file");
  return `${where}: ${fault.message}`;
}

function facts(report) {
  const rows = [];
  const row = (name, value) => rows.push(el("dt", {}, name), el("dd", {}, value));
  if (report.did) row("Whose", el("code", {}, report.did));
  if (report.entries !== undefined) row("Entries", String(report.entries));
  for (const [will, number] of Object.entries(report.by_will ?? {})) {
    if (number) row(String(number), WORDS[will] ?? will);
  }
  if (typeof report.attested_to === "number") row("Confirmed by its box", `up to entry ${report.attested_to}`);
  if (report.erased) row("Erased", `the words of ${report.erased} entries; that they were there stays`);
  return el("dl", { class: "facts card" }, ...rows);
}

// Checking a copy: drop or choose a file, the box reads it through and says what it found. The box
// keeps nothing of it.

import { request } from "../api.js";
import { byId, el, sayError, showOnly, size } from "../ui.js";

const WORDS = {
  signed: "signed by the owner's own key",
  custodial: "asked for with a session, so the box's word",
  derived: "followed from something that somebody did",
  node: "the box's own word",
};

async function check(file) {
  const place = byId("result");
  place.replaceChildren(el("p", { class: "busy", role: "status" }, `Reading ${file.name} (${size(file.size)})…`));
  try {
    const report = await request("POST", "/auth/api/bundles/verify", { body: file, headers: { "content-type": "application/octet-stream" } });
    place.replaceChildren(...draw(report));
    showOnly(place, []);
  } catch (error) {
    place.replaceChildren();
    sayError(error);
  }
}

function draw(report) {
  const fault = report.fault ?? null;
  const good = report.valid === true;
  const head = good
    ? el("div", { class: "notice good" }, el("h2", {}, "This copy is whole and genuine"), el("p", {}, "Every entry is in its place, and every signature fits."))
    : el("div", { class: "notice bad" }, el("h2", {}, "Something in this copy was changed or is missing"), el("p", {}, faultText(fault)));
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

function start() {
  const drop = byId("drop");
  const input = byId("file");
  input.addEventListener("change", () => input.files[0] && check(input.files[0]));
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    const [file] = event.dataTransfer.files;
    if (file) check(file);
  });
}

start();

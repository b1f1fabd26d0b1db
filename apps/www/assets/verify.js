// Checking a copy: drop or choose a file, the box reads it through and says what it found. The box
// keeps nothing of it.

import { request } from "../js/api.js";
import { drawReport } from "./report.js";
import { texts } from "../js/texts.js";
import { byId, el, sayError, showOnly, size } from "../js/ui.js";

const t = await texts("www");

async function check(file) {
  const place = byId("result");
  place.replaceChildren(el("p", { class: "busy", role: "status" }, t("js-verify-reading", { name: file.name, size: size(file.size) })));
  try {
    const report = await request("POST", "/auth/api/bundles/verify", { body: file, headers: { "content-type": "application/octet-stream" } });
    place.replaceChildren(...drawReport(report));
    showOnly(place, []);
  } catch (error) {
    place.replaceChildren();
    sayError(error);
  }
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

// The status of the box, for its owner: begins a backup, an update or the mending of records, and looks again while one is made.

import { request } from "../js/api.js";
import { sure } from "../js/form/sure.js";
import { texts } from "../js/texts.js";
import { byId, leave, working } from "../js/ui.js";

const t = await texts("www");
const LOOK_MS = 3000;

const again = () => leave();

byId("backup")?.addEventListener("click", (event) =>
  working(event.currentTarget, t("js-health-starting"), async () => {
    await request("POST", "/health/backup");
    await again();
  }),
);

if (byId("making")) setTimeout(again, LOOK_MS);

for (const button of document.querySelectorAll("button[data-file]")) {
  button.addEventListener("click", () =>
    working(button, t("js-health-asking"), async () => {
      const { stick, file } = button.dataset;
      await request("POST", "/health/update", { json: { stick, file } });
      await again();
    }),
  );
}

for (const button of document.querySelectorAll("button[data-remove]")) {
  button.addEventListener("click", async () => {
    const { remove, question } = button.dataset;
    if (question && !(await sure(question, button))) return;
    working(button, t("js-health-removing"), async () => {
      await request("POST", "/health/remove", { json: { what: remove } });
      await again();
    });
  });
}

for (const button of document.querySelectorAll("button[data-mend]")) {
  button.addEventListener("click", () =>
    working(button, t("js-health-starting"), async () => {
      await request("POST", "/health/mend", { json: { from: button.dataset.mend } });
      await again();
    }),
  );
}

if (byId("being-mended")) setTimeout(again, LOOK_MS);

// The box restarts meanwhile: the page is loaded again once it answers.
async function lookAgain() {
  try {
    await request("GET", "/healthz");
    await again();
  } catch {
    setTimeout(lookAgain, LOOK_MS);
  }
}

if (byId("updating")) setTimeout(lookAgain, LOOK_MS);

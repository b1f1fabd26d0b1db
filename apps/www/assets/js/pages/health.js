// How the box is, for its owner: begins a backup or an update, and looks again while one is made.

import { request } from "../api.js";
import { byId, working } from "../ui.js";

const LOOK_MS = 3000;

const again = () => location.reload();

byId("backup")?.addEventListener("click", (event) =>
  working(event.currentTarget, "Beginning…", async () => {
    await request("POST", "/health/backup");
    again();
  }),
);

if (byId("making")) setTimeout(again, LOOK_MS);

for (const button of document.querySelectorAll("button[data-file]")) {
  button.addEventListener("click", () =>
    working(button, "Asking the box…", async () => {
      const { stick, file } = button.dataset;
      await request("POST", "/health/update", { json: { stick, file } });
      again();
    }),
  );
}

// The box restarts meanwhile: the page is loaded again once it answers.
async function lookAgain() {
  try {
    await request("GET", "/healthz");
    again();
  } catch {
    setTimeout(lookAgain, LOOK_MS);
  }
}

if (byId("updating")) setTimeout(lookAgain, LOOK_MS);

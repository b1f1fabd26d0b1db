// How the box is, for its owner: begins a backup, and looks again while one is made.

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

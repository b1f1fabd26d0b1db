// Restarting the box, shutting it down, erasing it: sends what was typed, and waits until the box is back.

import { request } from "../js/api.js";
import { texts } from "../js/texts.js";
import { byId, fieldError, leave, say, showOnly, working } from "../js/ui.js";

const t = await texts("www");

const LOOK_MS = 3000;
// Longer than a box needs to be gone.
const GONE_MS = 10_000;

const AWAY = {
  restart: "js-power-restarting",
  stop: "js-power-stopping",
  reset: "js-power-erasing",
};

async function lookAgain() {
  try {
    await request("GET", "/healthz");
    await leave("/health");
  } catch {
    setTimeout(lookAgain, LOOK_MS);
  }
}

for (const form of document.querySelectorAll("form[data-what]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { what } = form.dataset;
    const input = form.querySelector("input");
    fieldError(input);
    if (what === "reset" && !byId("copied").checked) {
      say("bad", t("js-power-copy-first"));
      return;
    }
    working(event.submitter ?? form, t("js-power-asking"), async () => {
      try {
        await request("POST", "/www/api/box/power", { json: { what, typed: input.value } });
      } catch (error) {
        if (error.problem?.field !== "typed") throw error;
        fieldError(input, error.message);
        return;
      }
      byId("away-says").textContent = t(AWAY[what]);
      showOnly(byId("away"), [byId("asked"), byId("away")]);
      if (what === "restart") setTimeout(lookAgain, GONE_MS);
    });
  });
}

// The box in its network: how its certificate and its router's port stand is shown anew while the box waits for either.

import { byId } from "../js/ui.js";

const LOOK_MS = 3000;
/** What is shown anew; forms stay as somebody filled them in. */
const PARTS = ["standing", "port"];

const isWaiting = () => document.querySelector("[data-waiting]") !== null;

async function look() {
  try {
    const page = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), "text/html");
    for (const id of PARTS) {
      const part = page.getElementById(id);
      // The same again would be read out again.
      if (part && part.innerHTML !== byId(id)?.innerHTML) byId(id)?.replaceWith(part);
    }
  } catch {
    // The box is away for a moment.
  }
  if (isWaiting()) setTimeout(look, LOOK_MS);
}

if (isWaiting()) setTimeout(look, LOOK_MS);

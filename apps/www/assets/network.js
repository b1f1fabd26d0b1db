// The box in its network: while the box waits for a certificate or for its router, the page updates how far it is.

import { page } from "../js/api.js";
import { byId, drawCopyButtons, quiet, sayError } from "../js/ui.js";

const LOOK_MS = 3000;
/** What is updated; forms stay as somebody filled them in. */
const PARTS = ["tunnels", "standing", "port", "records"];
/** The parts as the box drew them last. */
const last = new Map();
let isAway = false;

const isWaiting = () => document.querySelector("[data-waiting]") !== null;

async function look() {
  try {
    const drawn = await page(location.pathname);
    if (isAway) quiet();
    isAway = false;
    for (const id of drawn ? PARTS : []) {
      const part = drawn.getElementById(id);
      const html = part?.innerHTML;
      // The same again would be read out again.
      if (part && html !== (last.get(id) ?? byId(id)?.innerHTML)) {
        byId(id)?.replaceWith(part);
        drawCopyButtons(part);
      }
      last.set(id, html);
    }
  } catch (error) {
    // The same again would be read out again.
    if (!isAway) sayError(error);
    isAway = true;
  }
  if (isWaiting()) setTimeout(look, LOOK_MS);
}

if (isWaiting()) setTimeout(look, LOOK_MS);

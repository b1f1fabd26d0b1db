// Marks the notifications as seen after a moment: the dots stay until the page is left, and the badges are gone on the
// next page.

import { request } from "../js/api.js";
import { byId } from "../js/ui.js";

const LOOK_MS = 2000;

if (byId("read")) {
  setTimeout(() => {
    // The button does the same, so nothing is lost where this fails.
    if (document.visibilityState === "visible") request("POST", "/notifications/read").catch((error) => console.info(error.message));
  }, LOOK_MS);
}

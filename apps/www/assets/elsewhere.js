// The box's other addresses, each with separate keys. The page lists them before the reader makes another identity here.

import { byId } from "../js/ui.js";

/** Shows the addresses that are not this one; nothing where there are none. */
export function tellElsewhere() {
  let others = 0;
  for (const link of document.querySelectorAll("[data-origin]")) {
    link.closest("li").hidden = link.dataset.origin === location.origin;
    if (link.dataset.origin !== location.origin) others += 1;
  }
  if (byId("elsewhere")) byId("elsewhere").hidden = others === 0;
}

// The parts that other apps add to the page: ticked, in the person's order. Kept among the toggles of the profile: `page.01.x` puts the part
// of the app `x` at the first place. The field `parts-order` has the order, so that it survives a reload like what is written.

import { texts } from "../js/texts.js";
import { byId } from "../js/ui.js";

const t = await texts("profile");
const PREFIX = "page.";
const rows = () => [...document.querySelectorAll("#parts li")];

/** The toggles that aren't the page's, which stay as they are. */
let others = {};

/** Notes the order; the first row can't go up, nor the last one down. */
function note() {
  const all = rows();
  byId("parts-order").value = all.map(({ dataset }) => dataset.app).join(" ");
  const setEnd = (row, way, isEnd) => {
    const button = row.querySelector(`[data-do=${way}]`);
    if (isEnd) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  };
  for (const row of all) {
    setEnd(row, "up", row === all[0]);
    setEnd(row, "down", row === all.at(-1));
  }
}

function move(row, button, way) {
  if (button.getAttribute("aria-disabled")) return;
  if (way === "up") row.previousElementSibling.before(row);
  else row.nextElementSibling.after(row);
  note();
  const all = rows();
  byId("parts-moved").textContent = t("js-part-moved", { title: row.querySelector("span").textContent, place: all.indexOf(row) + 1, count: all.length });
  button.focus();
}

/** Puts the rows into the order of the field. */
function arrange() {
  const order = byId("parts-order").value.split(" ");
  const place = ({ dataset }) => order.indexOf(dataset.app);
  const all = rows();
  all[0].parentElement.append(...all.sort((one, other) => place(one) - place(other)));
  note();
}

/** Makes the buttons work. `toggles` are those of the profile, or null. */
export function bindParts(toggles) {
  others = Object.fromEntries(Object.entries(toggles ?? {}).filter(([name]) => !name.startsWith(PREFIX)));
  if (!byId("parts")) return;
  for (const row of rows()) {
    for (const button of row.querySelectorAll("button")) button.addEventListener("click", () => move(row, button, button.dataset.do));
  }
  byId("parts-order").addEventListener("change", arrange);
  note();
}

/** All toggles of the profile, with the choice for the page. */
export function chosenToggles() {
  const ticked = rows().filter((row) => row.querySelector("input").checked);
  const parts = ticked.map(({ dataset }, place) => [`${PREFIX}${String(place + 1).padStart(2, "0")}.${dataset.app}`, true]);
  return { ...others, ...Object.fromEntries(parts) };
}

// The parts that other apps add to the page: ticked, in the person's order. Kept among the toggles of the profile: `page.01.x` puts the part
// of the app `x` at the first place.

const PREFIX = "page.";
const rows = () => [...document.querySelectorAll("#parts li")];

/** The toggles that aren't the page's, which stay as they are. */
let others = {};

function move(row, button, way) {
  if (way === "up") row.previousElementSibling?.before(row);
  else row.nextElementSibling?.after(row);
  button.focus();
}

/** Makes the buttons work. `toggles` are those of the profile, or null. */
export function bindParts(toggles) {
  others = Object.fromEntries(Object.entries(toggles ?? {}).filter(([name]) => !name.startsWith(PREFIX)));
  for (const row of rows()) {
    for (const button of row.querySelectorAll("button")) button.addEventListener("click", () => move(row, button, button.dataset.do));
  }
}

/** All toggles of the profile, with the choice for the page. */
export function chosenToggles() {
  const ticked = rows().filter((row) => row.querySelector("input").checked);
  const parts = ticked.map(({ dataset }, place) => [`${PREFIX}${String(place + 1).padStart(2, "0")}.${dataset.app}`, true]);
  return { ...others, ...Object.fromEntries(parts) };
}

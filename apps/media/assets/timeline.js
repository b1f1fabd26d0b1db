// The timeline: all months in one long page, of which only what is near is in the document. Months come in parts from the
// pages that the server draws, `…month=2026-07&from=120`.

import { get, page } from "../js/api.js";
import { byId, el, quiet, sayError } from "../js/ui.js";
import { selectable } from "./select.js";

const root = byId("timeline");
const scrub = document.querySelector(".scrub");
/** Screens above and below that are drawn, and that are kept. */
const [NEAR, KEPT] = [1.25, 40];
const SETTLED_MS = 300;
/** At the end of the address of a picture that this browser made. */
const MADE = "#made";

const months = (root?.dataset.months ?? "").split(",").filter(Boolean).map((text) => {
  const [month, count] = text.split(" ");
  // The month's `count` cells; a cell that has not been loaded is null.
  return { month, count: Number(count), title: "", cells: null, scrub: null, section: null, first: 0, last: 0 };
});
let grid = { head: 0, columns: 1, row: 1 };
let selection = null;
let settled = null;

/** The sizes that the style sheet gives to a month. */
function measure() {
  const section = root.querySelector(".month");
  if (!section) return;
  const style = getComputedStyle(section.querySelector(".grid"));
  const gap = Number.parseFloat(style.columnGap) || 0;
  const columns = style.gridTemplateColumns.split(" ").length;
  const side = (root.clientWidth - gap * (columns - 1)) / columns;
  grid = { head: section.querySelector("h2").offsetHeight, columns, row: side + gap };
}

function layout() {
  let top = 0;
  for (const month of months) {
    month.top = top;
    month.rows = Math.ceil(month.count / grid.columns);
    month.height = month.count ? grid.head + month.rows * grid.row : 0;
    top += month.height;
  }
  root.style.height = `${top}px`;
}

/** Keeps what a page has of a month; how many cells that is. */
function keep(month, section) {
  const [from, count] = [Number(section.dataset.from), Number(section.dataset.count)];
  // Pictures were added or removed since: the cells have moved.
  if (month.cells?.length !== count) month.cells = Array(count).fill(null);
  const came = [...section.querySelectorAll(".grid > a")].map((cell) => document.adoptNode(cell));
  month.cells.splice(from, came.length, ...came);
  Object.assign(month, { count, title: section.querySelector("h2").textContent, last: -1 });
  return came.length;
}

/** Takes the part of a month that begins at `from`. */
async function load(month, from = 0) {
  if (month.loading) return;
  month.loading = true;
  let came = 0;
  try {
    const drawn = await page(`${root.dataset.path}month=${month.month}&from=${from}`, { cache: "default" });
    if (!drawn) return;
    month.scrub = [...drawn.querySelectorAll(".scrub > a")].map((link) => document.adoptNode(link));
    came = keep(month, drawn.querySelector("#timeline .month"));
  } finally {
    month.loading = false;
  }
  layout();
  if (came) draw();
}

/** Puts the rows in the document that are near. */
function show(month, from, to) {
  const at = (y) => Math.min(month.rows, Math.max(0, y));
  const first = at(Math.floor((from - month.top - grid.head) / grid.row)) * grid.columns;
  const last = at(Math.ceil((to - month.top - grid.head) / grid.row)) * grid.columns;
  const [heading, cells] = month.section.children;
  heading.textContent = month.title;
  if (first === month.first && last === month.last && cells.childElementCount) return;
  [month.first, month.last] = [first, last];
  const focused = document.activeElement;
  cells.style.paddingTop = `${(first / grid.columns) * grid.row}px`;
  const near = month.cells.slice(first, last);
  cells.replaceChildren(...near.map((cell) => cell ?? el("i")));
  if (near.includes(focused)) focused.focus({ preventScroll: true });
  selection?.mark(near.filter(Boolean));
  const missing = near.indexOf(null);
  if (missing < 0) return;
  load(month, first + missing).catch((error) => {
    // Drawn again, it asks again.
    month.last = -1;
    sayError(error);
  });
}

function draw() {
  const top = -root.getBoundingClientRect().top;
  const [from, to] = [top - NEAR * innerHeight, top + (1 + NEAR) * innerHeight];
  let before = null;
  for (const month of months) {
    const bottom = month.top + month.height;
    if (!month.count || bottom < from || month.top > to) {
      month.section?.remove();
      month.section = null;
      if (bottom < from - KEPT * innerHeight || month.top > to + KEPT * innerHeight) month.cells = null;
      continue;
    }
    if (!month.section) [month.section, month.first, month.last] = [el("section", { class: "month", id: month.month }, el("h2"), el("div", { class: "grid" })), 0, 0];
    month.section.style.top = `${month.top}px`;
    month.section.style.height = `${month.height}px`;
    const next = before ? before.nextSibling : root.firstChild;
    if (next !== month.section) root.insertBefore(month.section, next);
    before = month.section;
    month.cells ??= Array(month.count).fill(null);
    show(month, from, to);
  }
  here(months.find((month) => month.count && month.top + month.height > top + innerHeight / 3));
}

/** Marks the month that one sees in the scrubber, and in the address, to which people come back. */
function here(month) {
  if (!month || scrub.dataset.here === month.month) return;
  const find = () => scrub.querySelector(`[data-month="${month.month}"]:not(.year)`);
  if (!find()) {
    // Another year: its months are on the page of each.
    if (!month.scrub) return void load(month).catch(sayError);
    const focused = scrub.contains(document.activeElement) ? document.activeElement.dataset.month : null;
    scrub.replaceChildren(...month.scrub);
    if (focused) scrub.querySelector(`[data-month="${focused}"]`)?.focus({ preventScroll: true });
  }
  scrub.dataset.here = month.month;
  for (const link of scrub.children) link.removeAttribute("aria-current");
  const link = find();
  link?.setAttribute("aria-current", "true");
  if (link) scrub.scrollLeft = link.offsetLeft - scrub.clientWidth / 2;
  clearTimeout(settled);
  settled = setTimeout(() => {
    if (month !== months[0] || location.search.includes("month=")) history.replaceState(null, "", `${root.dataset.path}month=${month.month}`);
  }, SETTLED_MS);
}

function go(name) {
  const month = months.find((one) => one.month === name);
  if (month) scrollTo(0, scrollY + root.getBoundingClientRect().top + month.top - scrub.offsetHeight);
}

/** Takes files out that are in the trash now. */
function gone(ids) {
  for (const month of months.filter(({ cells }) => cells)) {
    month.cells = month.cells.filter((cell) => !ids.has(cell?.dataset.id));
    month.count = month.cells.length;
    month.last = -1;
  }
  layout();
  draw();
}

function start() {
  measure();
  for (const section of root.querySelectorAll(".month")) {
    const month = months.find((one) => one.month === section.id);
    if (month) keep(month, section);
  }
  const asked = new URLSearchParams(location.search).get("month") ?? location.hash.slice(1);
  layout();
  root.replaceChildren();
  root.classList.add("live");
  byId("further")?.remove();
  selection = selectable({ gone });
  if (asked) go(asked);
  draw();
  let waits = false;
  addEventListener("scroll", () => {
    if (waits) return;
    waits = true;
    requestAnimationFrame(() => {
      waits = false;
      draw();
    });
  }, { passive: true });
  addEventListener("resize", () => {
    measure();
    layout();
    for (const month of months) month.last = -1;
    draw();
  });
  scrub.addEventListener("click", (event) => {
    const { month } = event.target.closest("a")?.dataset ?? {};
    if (!month || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    quiet();
    go(month);
    draw();
  });
}

/** Writes the file's name on the tile that stands for its picture: the server's months have no names. */
async function nameTile(cell) {
  const { filename } = await get(`/media/api/assets/${cell.dataset.id}/meta`);
  const tile = cell.querySelector(".tile");
  if (tile) tile.textContent = filename;
}

/** This browser may be able to make the picture that the box can't, of its reader's own file. */
async function withoutPicture(image) {
  const cell = image.closest?.(".grid a");
  if (!cell || image.src.endsWith(MADE) || !root?.dataset.path.startsWith("/media?")) return;
  nameTile(cell).catch((error) => console.info(error.message));
  const { missing } = await import("./previews.js");
  missing(cell.dataset.id, () => (image.src += MADE));
}

document.addEventListener("error", ({ target }) => withoutPicture(target), true);
// Images that failed before this script ran.
for (const image of document.querySelectorAll(".grid img")) if (image.complete && !image.naturalWidth) withoutPicture(image);
if (months.length) start();

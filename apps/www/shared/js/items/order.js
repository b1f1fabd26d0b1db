// Ordering a list by hand: each row has a handle (`.handle`) that is dragged with a mouse or a finger, or moved with the arrow keys.
//
// Always: the neighbours move around the row, so that it keeps the focus and the pointer.

const DELAY_MS = 400;
// Near the edge of the window, dragging scrolls.
const EDGE = 90;
const SCROLL = 14;

/** Moves a row by one place; false at the end. */
function step(row, up) {
  const other = up ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return false;
  if (up) row.after(other);
  else row.before(other);
  return true;
}

const middle = (row) => {
  const box = row.getBoundingClientRect();
  return (box.top + box.bottom) / 2;
};

/** `moved(row, place, count)` is told each place, `sorted(list)` the order, a moment after the last move. */
export function orderable(list, moved, sorted) {
  let timer;
  const rowOf = (event) => {
    const row = event.target.closest(".handle")?.closest("li");
    return row?.parentElement === list ? row : null;
  };
  const tell = (row) => {
    moved(row, [...list.children].indexOf(row) + 1, list.children.length);
    clearTimeout(timer);
    timer = setTimeout(() => sorted(list), DELAY_MS);
  };
  list.addEventListener("keydown", (event) => {
    const row = rowOf(event);
    if (!row || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    if (step(row, event.key === "ArrowUp")) tell(row);
  });
  list.addEventListener("pointerdown", (event) => {
    const row = rowOf(event);
    if (!row || event.button !== 0) return;
    const handle = event.target.closest(".handle");
    handle.setPointerCapture(event.pointerId);
    row.classList.add("dragged");
    let isMoved = false;
    const drag = ({ clientY }) => {
      for (;;) {
        const { previousElementSibling: above, nextElementSibling: below } = row;
        const isUp = Boolean(above) && clientY < middle(above);
        if (!isUp && !(below && clientY > middle(below))) break;
        isMoved = step(row, isUp);
      }
      if (clientY < EDGE) scrollBy(0, -SCROLL);
      else if (clientY > innerHeight - EDGE) scrollBy(0, SCROLL);
    };
    const end = () => {
      handle.removeEventListener("pointermove", drag);
      row.classList.remove("dragged");
      if (isMoved) tell(row);
    };
    handle.addEventListener("pointermove", drag);
    handle.addEventListener("lostpointercapture", end, { once: true });
  });
}

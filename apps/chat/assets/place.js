// The scroll position in a long list of messages: stays at the end if it was there, stays in place while older messages
// are added above, and remembers where the person left off.

const NEAR = 80;
const SETTLE_MS = 250;

export class Place {
  #scroll;
  #on;
  #older = document.getElementById("older");
  #timer = null;
  #isReady = false;
  #stay = true;
  #looking;

  /** `on` has `older()`, `settled(id or null)` after scrolling, and `bottom()`. */
  constructor(scroll, on) {
    this.#scroll = scroll;
    this.#on = on;
    this.#looking = new IntersectionObserver((seen) => this.#isReady && seen.some(({ isIntersecting }) => isIntersecting) && on.older(), { root: scroll, rootMargin: "200px" });
    scroll.addEventListener("scroll", () => this.#moved(), { passive: true });
    this.#looking.observe(this.#older);
    // A keyboard on the screen, or a larger field, takes room away.
    new ResizeObserver(() => this.#stay && this.toEnd()).observe(scroll);
    scroll.addEventListener("keydown", (event) => this.#key(event));
  }

  get isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroll;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  toEnd() {
    this.#scroll.scrollTop = this.#scroll.scrollHeight;
    this.#stay = true;
  }

  /** The first time: where they left off or what is new, else the end. */
  begin(element) {
    if (element) element.scrollIntoView({ block: "start" });
    else this.toEnd();
    this.#stay = this.isAtEnd;
    this.#isReady = true;
  }

  /** Shows one message, and marks it for a moment. */
  show(element) {
    if (!element) return;
    element.scrollIntoView({ block: "center" });
    element.classList.add("shown");
    setTimeout(() => element.classList.remove("shown"), 1500);
  }

  /** Draws something without moving what is being read. */
  keep(draw) {
    const wasAtEnd = this.#stay;
    const first = this.#first();
    const top = first?.getBoundingClientRect().top;
    draw();
    if (wasAtEnd) this.toEnd();
    else if (first?.isConnected) this.#scroll.scrollTop += first.getBoundingClientRect().top - top;
    // Observing again reports an element that is still in view.
    this.#looking.unobserve(this.#older);
    this.#looking.observe(this.#older);
  }

  /** The first message that is in view. */
  #first() {
    const edge = this.#scroll.getBoundingClientRect().top;
    return [...this.#scroll.querySelectorAll("li.msg")].find((one) => one.getBoundingClientRect().bottom > edge + 4) ?? null;
  }

  #moved() {
    this.#stay = this.isAtEnd;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#on.settled(this.#stay ? null : (this.#first()?.id ?? null));
      if (this.#stay) this.#on.bottom();
    }, SETTLE_MS);
  }

  /** By the arrow keys from one message to the next; their buttons have the focus. */
  #key(event) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const buttons = [...this.#scroll.querySelectorAll("button.more-of")];
    const at = buttons.indexOf(event.target.closest("li.msg")?.querySelector("button.more-of"));
    const next = at < 0 ? buttons.at(-1) : buttons[at + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.closest("li").scrollIntoView({ block: "nearest" });
  }
}

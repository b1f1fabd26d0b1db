// Signing in with a key that this browser holds.

import { ApiError, post } from "../js/api.js";
import { unavailable } from "../js/key.js";
import { AnotherBox, acceptNode } from "../js/node.js";
import { tellElsewhere } from "./elsewhere.js";
import { tellReadmission } from "./readmitted.js";
import { unlocked } from "../js/keys/lock.js";
import { nextPage, signIn } from "../js/session.js";
import { people } from "../js/store.js";
import { tellWhere } from "./where.js";
import { texts } from "../js/texts.js";
import { byId, el, fieldError, leave, say, sayError, working } from "../js/ui.js";

const t = await texts("www");

function offer(person) {
  const name = person.name || t("js-signin-you");
  const button = el("button", { type: "button", class: "main" }, person.name ? t("js-signin-as", { name }) : t("js-signin-plain"));
  button.addEventListener("click", () =>
    working(button, t("js-signin-going"), async () => {
      try {
        person = await unlocked(person);
        await signIn(person);
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) {
          throw new Error(t("js-signin-unknown", { name }));
        }
        if (error instanceof AnotherBox) return offerNewBox(error);
        throw error;
      }
      // A failure is retried at the next sign-in, and must not prevent this one.
      await tellWhere(person).catch(() => {});
      await leave(nextPage("/data"));
    }),
  );
  return el("li", {}, button);
}

/** The way on where somebody set their box up again: their word, and nothing less. */
function offerNewBox(error) {
  const button = el("button", { type: "button" }, t("js-signin-right-box"));
  button.addEventListener("click", () =>
    working(button, t("js-signin-remembering"), async () => {
      await acceptNode(error.found);
      say("good", t("js-signin-remembered"));
    }),
  );
  say("bad", error.message, t("js-signin-set-up-again"), el("p", {}, button));
}


async function start() {
  const problem = await unavailable({ makes: false });
  byId("looking").hidden = true;
  if (problem) return say("bad", problem, el("p", {}, el("a", { class: "button", href: `/certificate?next=${encodeURIComponent(location.pathname + location.search)}` }, t("js-signin-securely"))));
  const all = await people.all();
  byId("none").hidden = all.length > 0;
  byId("some").hidden = all.length === 0;
  tellElsewhere();
  // After restoring a key from the sheet, people return to the page that they wanted.
  for (const way of document.querySelectorAll('a[href="/restore"]')) way.search = location.search;
  byId("people").replaceChildren(...all.map(offer));
  if (all.length) byId("other-ways").removeAttribute("open");
}

/** A letter needs no key, so it works where the browser can make none. */
async function sendLetter(event) {
  event.preventDefault();
  const input = byId("email");
  const email = input.value.trim();
  if (!/^\S+@\S+$/.test(email)) return fieldError(input, t("js-whole-address"));
  fieldError(input);
  await working(byId("send"), t("js-signin-sending"), async () => {
    const { mailed } = await post("/auth/api/onboard", { email, next: nextPage("/data") });
    const sent = byId("sent");
    sent.textContent = mailed
      ? t("js-signin-mailed")
      : t("js-signin-no-mail");
    sent.hidden = false;
  });
}

/** The code that a guest was given when they first came. */
async function useCode(event) {
  event.preventDefault();
  const [address, input] = [byId("email"), byId("code")];
  const email = address.value.trim();
  if (!/^\S+@\S+$/.test(email)) return fieldError(address, t("js-whole-address"));
  fieldError(address);
  await working(byId("use-code"), t("js-signin-coming"), async () => {
    await post("/auth/api/onboard/code", { email, code: input.value });
    const onward = nextPage("/data");
    if (!(await tellReadmission(onward))) await leave(onward);
  });
}

// The form for signing in by mail is missing on a box without an owner.
byId("form-mail")?.addEventListener("submit", sendLetter);
byId("form-code")?.addEventListener("submit", (event) => useCode(event).catch(sayError));
start().catch(sayError);

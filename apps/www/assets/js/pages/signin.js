// Signing in with a key that this browser holds.

import { ApiError, post } from "../api.js";
import { unavailable } from "../key.js";
import { AnotherBox, acceptNode } from "../node.js";
import { tellReadmission } from "../readmitted.js";
import { nextPage, signIn } from "../session.js";
import { people } from "../store.js";
import { tellWhere } from "../where.js";
import { byId, el, fieldError, say, sayError, working } from "../ui.js";

function offer(person) {
  const name = person.name || "you";
  const button = el("button", { type: "button", class: "main" }, `Sign in as ${name}`);
  button.addEventListener("click", () =>
    working(button, "Signing in…", async () => {
      try {
        await signIn(person);
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) {
          throw new Error(`This box does not know ${name}. Was the key made for another box? Open that one, or bring a copy of your data here first.`);
        }
        if (error instanceof AnotherBox) return offerNewBox(error);
        throw error;
      }
      // It can wait until the next time, and must not keep anybody out.
      await tellWhere(person).catch(() => {});
      location.assign(nextPage("/data"));
    }),
  );
  return el("li", {}, button);
}

/** The way on where somebody set their box up again: their word, and nothing less. */
function offerNewBox(error) {
  const button = el("button", { type: "button" }, "It is the right box: remember this one");
  button.addEventListener("click", () =>
    working(button, "Remembering…", async () => {
      await acceptNode(error.found);
      say("good", "This browser knows the new box now. Sign in again.");
    }),
  );
  say("bad", error.message, "Was it set up again? Then it is the right one. If not, somebody else may be at its address: do not go on.", el("p", {}, button));
}

async function start() {
  const problem = await unavailable();
  if (problem) return say("bad", problem);
  const all = await people.all();
  byId("looking").hidden = true;
  byId("none").hidden = all.length > 0;
  byId("some").hidden = all.length === 0;
  byId("people").replaceChildren(...all.map(offer));
  if (all.length) byId("other-ways").removeAttribute("open");
}

/** A letter needs no key, so it works where the browser can make none. */
async function sendLetter(event) {
  event.preventDefault();
  const input = byId("email");
  const email = input.value.trim();
  if (!/^\S+@\S+$/.test(email)) return fieldError(input, "Write your whole address, like bob@example.com.");
  fieldError(input);
  await working(byId("send"), "Writing it…", async () => {
    const { mailed } = await post("/auth/api/onboard", { email, next: nextPage("/data") });
    const sent = byId("sent");
    sent.textContent = mailed
      ? "A letter is on its way. Open its link within a quarter of an hour; look among the unwanted letters too."
      : "This box sends no letters itself. Ask its owner for the link that waits for you: it is good for a quarter of an hour.";
    sent.hidden = false;
  });
}

/** The code that a guest was given when they first came. */
async function useCode(event) {
  event.preventDefault();
  const [address, input] = [byId("email"), byId("code")];
  const email = address.value.trim();
  if (!/^\S+@\S+$/.test(email)) return fieldError(address, "Write your whole address, like bob@example.com.");
  fieldError(address);
  await working(byId("use-code"), "Coming in…", async () => {
    await post("/auth/api/onboard/code", { email, code: input.value });
    const onward = nextPage("/data");
    if (!(await tellReadmission(onward))) location.assign(onward);
  });
}

byId("form-mail").addEventListener("submit", sendLetter);
byId("form-code").addEventListener("submit", (event) => useCode(event).catch(sayError));
start().catch(sayError);

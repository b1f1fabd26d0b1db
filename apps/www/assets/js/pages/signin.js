// Signing in with a key that this browser holds.

import { ApiError } from "../api.js";
import { unavailable } from "../key.js";
import { nextPage, signIn } from "../session.js";
import { people } from "../store.js";
import { byId, el, say, sayError, working } from "../ui.js";

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
        throw error;
      }
      location.assign(nextPage("/data"));
    }),
  );
  return el("li", {}, button);
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

start().catch(sayError);

// One's own tickets: handing one on.

import "./events.js";
import { agree } from "../proof.js";
import { signer } from "../session.js";
import { sayError, working } from "../ui.js";

async function hand(event) {
  event.preventDefault();
  const form = event.target;
  await working(form.querySelector("button"), "Signing…", async () => {
    const to = form.querySelector("[name=to]").value.trim();
    if (!to.startsWith("did:")) throw new Error("Write their whole address: it begins with did:imajin: and stands on their page.");
    await agree(await signer(), "events.transfer", "POST", `/events/api/tickets/${form.dataset.ticket}/transfer`, { to });
    location.reload();
  });
}

for (const form of document.querySelectorAll("form.transfer")) form.addEventListener("submit", (event) => hand(event).catch(sayError));

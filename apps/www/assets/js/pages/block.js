// Blocking somebody on their public page, and ending that: a signed entry in one's own record alone.

import { get } from "../api.js";
import { submit } from "../proof.js";
import { signedInDid, signer } from "../session.js";
import { byId, say, sayError, working } from "../ui.js";

const box = byId("block");
const them = box.dataset.block;

function draw(blocked) {
  box.querySelector("[data-blocks]").hidden = blocked;
  box.querySelector("[data-blocked]").hidden = !blocked;
  box.querySelector("summary").textContent = blocked ? `You blocked ${box.dataset.name}` : `Block ${box.dataset.name}`;
  const follow = byId("follow");
  if (!follow) return;
  follow.disabled = blocked;
  if (blocked && follow.dataset.following) {
    follow.dataset.following = "";
    follow.textContent = "Follow";
    follow.classList.add("main");
  }
}

async function change(button, op, blocked, words) {
  await working(button, "Signing…", async () => {
    await submit(await signer(), { service: "connections", op, ref: them });
    draw(blocked);
    say("good", words);
  });
}

async function start() {
  if (!signedInDid() || signedInDid() === them) return;
  const { blocked } = await get("/connections/api/blocks");
  draw(blocked.some(({ did }) => did === them));
  box.hidden = false;
  const name = box.dataset.name;
  const button = (action) => box.querySelector(`[data-do=${action}]`);
  button("block").addEventListener("click", (event) =>
    change(event.currentTarget, "connections.block", true, `You blocked ${name}. They are not told.`));
  button("unblock").addEventListener("click", (event) =>
    change(event.currentTarget, "connections.block.end", false, `You no longer block ${name}.`));
}

start().catch(sayError);

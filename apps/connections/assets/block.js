// Blocks a person on their public page, or ends the block: a signed entry in your own record only.

import { get } from "../js/api.js";
import { submit } from "../js/proof.js";
import { actor, signedInDid } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, say, sayError, working } from "../js/ui.js";

const t = await texts("connections");
const box = byId("block");
const them = box.dataset.block;

function draw(blocked) {
  box.querySelector("[data-blocks]").hidden = blocked;
  box.querySelector("[data-blocked]").hidden = !blocked;
  box.querySelector("summary").textContent = t(blocked ? "js-you-blocked" : "js-block", { name: box.dataset.name });
  const follow = byId("follow");
  if (!follow) return;
  follow.disabled = blocked;
  if (blocked && follow.dataset.following) {
    follow.dataset.following = "";
    follow.textContent = t("js-follow");
    follow.classList.add("main");
  }
}

async function change(button, op, blocked, words) {
  await working(button, t("js-signing"), async () => {
    await submit(await actor(), { service: "connections", op, ref: them });
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
    change(event.currentTarget, "connections.block", true, t("js-blocked", { name })));
  button("unblock").addEventListener("click", (event) =>
    change(event.currentTarget, "connections.block.end", false, t("js-unblocked", { name })));
}

start().catch(sayError);

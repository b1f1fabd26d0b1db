// The follow button of a public page: a signed entry in one's own record and one in theirs.

import { get } from "../api.js";
import { submit } from "../proof.js";
import { signedInDid, signer } from "../session.js";
import { byId, sayError, working } from "../ui.js";

const button = byId("follow");

function draw(following) {
  button.dataset.following = following ? "yes" : "";
  button.textContent = following ? "Stop following" : "Follow";
  button.classList.toggle("main", !following);
}

async function toggle() {
  const following = button.dataset.following === "yes";
  const them = button.dataset.follow;
  let done = false;
  await working(button, "Signing…", async () => {
    const me = await signer();
    const op = following ? "profile.unfollow" : "profile.follow";
    await submit(me, { service: "profile", op, fact: { dids: [them] }, to: [them] });
    done = true;
  });
  if (done) draw(!following);
}

async function start() {
  if (!signedInDid() || signedInDid() === button.dataset.follow) return;
  const { following } = await get(`/profile/api/follow/status?did=${encodeURIComponent(button.dataset.follow)}`);
  draw(following);
  button.parentElement.hidden = false;
  button.addEventListener("click", toggle);
}

start().catch(sayError);

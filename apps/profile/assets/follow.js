// The follow button of a public page: a signed entry in your own record and one in theirs.

import { get } from "../js/api.js";
import { submit } from "../js/proof.js";
import { actor, signedInDid } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, sayError, working } from "../js/ui.js";

const t = await texts("profile");
const button = byId("follow");

function draw(following) {
  button.dataset.following = following ? "yes" : "";
  button.textContent = t(following ? "js-unfollow" : "js-follow");
  button.classList.toggle("main", !following);
}

async function toggle() {
  const following = button.dataset.following === "yes";
  const them = button.dataset.follow;
  let done = false;
  await working(button, t("js-signing"), async () => {
    const me = await actor();
    const op = following ? "profile.unfollow" : "profile.follow";
    await submit(me, { service: "profile", op, fact: { dids: [them] } });
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

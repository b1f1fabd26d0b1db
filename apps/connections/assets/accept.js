// The page of an invitation to connect.

import { signer } from "../js/session.js";
import { acceptInvitation } from "./accept-acts.js";
import { texts } from "../js/texts.js";
import { byId, showOnly, working } from "../js/ui.js";

const t = await texts("connections");
const button = byId("accept");

async function accept() {
  await acceptInvitation(await signer(), button.dataset);
  showOnly(byId("done"), [byId("asked"), byId("done")]);
}

button?.addEventListener("click", () => working(button, t("js-signing"), accept));

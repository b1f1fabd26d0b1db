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
// A guest who made an identity to accept this invitation agreed to it then, in this tab.
if (button && sessionStorage.getItem("accepts") === button.dataset.code) {
  sessionStorage.removeItem("accepts");
  button.click();
}

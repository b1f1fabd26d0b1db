// Signing out: the session ends, and pages that were kept for offline use go. The key stays in this browser.

import { signOut } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, leave, working } from "../js/ui.js";

const t = await texts("www");

byId("sign-out").addEventListener("click", (event) =>
  working(event.currentTarget, t("js-signing-out"), async () => {
    await signOut();
    await leave("/");
  }));

// Your e-mail address: asks for the letter, and confirms the address by its link. The token is behind the #, which no server sees.

import { post } from "../js/api.js";
import { texts } from "../js/texts.js";
import { byId, fieldError, say, showOnly, working } from "../js/ui.js";

const t = await texts("www");

async function send(event) {
  event.preventDefault();
  const input = byId("email");
  if (!input.value.trim() || !input.checkValidity()) return fieldError(input, t("js-whole-address"));
  fieldError(input);
  byId("sent").hidden = true;
  await working(byId("send"), t("js-email-sending"), async () => {
    await post("/auth/api/email", { email: input.value.trim() });
    byId("sent").hidden = false;
  });
}

async function confirm(token) {
  await working(byId("confirm"), t("js-email-confirming"), async () => {
    const { email } = await post("/auth/api/email/confirm", { token });
    showOnly(byId("give"), [byId("ready"), byId("give")]);
    byId("known").textContent = t("js-email-known", { email });
    say("good", t("js-email-confirmed"));
  });
}

/** A link counts where its person is signed in: elsewhere it stays in the address bar, for after signing in. */
function followLink() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (!token || !byId("ready")) return;
  history.replaceState(null, "", location.pathname);
  showOnly(byId("ready"), [byId("ready"), byId("give")]);
  byId("confirm").onclick = () => confirm(token);
}

byId("form-email")?.addEventListener("submit", send);
addEventListener("hashchange", followLink);
followLink();

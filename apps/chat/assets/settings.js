// A person's settings for all their conversations, signed together.

import { submit } from "../js/proof.js";
import { actor } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, say, working } from "../js/ui.js";

const t = await texts("chat");
const form = byId("settings");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  working(form.querySelector("button.main"), t("js-saving"), async () => {
    const isOn = (id) => (byId(id).checked ? 1 : 0);
    const fact = { requests: form.elements.requests.value, receipts: isOn("receipts"), presence: isOn("presence"), mute: 0 };
    await submit(await actor(), { service: "chat", op: "chat.settings", fact });
    say("good", t("js-saved"));
  });
});

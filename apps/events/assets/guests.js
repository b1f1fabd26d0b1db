// The list of guests: a message to all of them, by letter and in the event's conversation.

import { post } from "../js/api.js";
import { texts } from "../js/texts.js";
import { byId, el, fieldError, say, sayError, working } from "../js/ui.js";

const t = await texts("events");

/** Leads to the event's conversation, where the message begins with this text. */
function toConversation(page, text) {
  const link = el("a", { class: "button main", href: `${page}#say=${encodeURIComponent(text)}` }, t("js-message-say"));
  return el("p", {}, link);
}

async function send(event) {
  event.preventDefault();
  const form = event.target;
  const field = byId("text");
  const text = field.value.trim();
  fieldError(field, text ? null : t("js-no-message"));
  if (!text) return;
  await working(form.querySelector("button"), t("js-message-sending"), async () => {
    const { letters } = await post(`/events/api/events/${form.dataset.id}/messages`, { text });
    field.value = "";
    const { conversation } = form.dataset;
    say("good", t("js-message-sent", { count: letters }), ...(conversation ? [toConversation(conversation, text)] : []));
    byId("message").scrollIntoView({ block: "nearest" });
  });
}

byId("form-message")?.addEventListener("submit", (event) => send(event).catch(sayError));

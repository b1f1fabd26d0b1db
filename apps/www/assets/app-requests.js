// Apps that ask the owner whether they may be here: yes or no, and taking a yes back.

import { get, post } from "../js/api.js";
import { texts } from "../js/texts.js";
import { ago, byId, el, say, sayError, working } from "../js/ui.js";
import { words } from "./scope.js";

const t = await texts("www");

/** A button that answers an app. */
function button(app, allow, text, said) {
  const one = el("button", { type: "button", class: allow ? "main" : "" }, text);
  one.addEventListener("click", () =>
    working(one, t("js-app-requests-saving"), async () => {
      await post(`/auth/api/app-requests/${encodeURIComponent(app.did)}`, { allow });
      await draw();
      say("good", said);
    }));
  return one;
}

function card({ app, since }) {
  const { name, url, scope, waiting } = app;
  const about = [el("h3", {}, name), el("p", {}, t("js-app-requests-at"), " ", el("strong", { class: "mono" }, url)), el("p", {}, t("js-app-requests-scope")), el("ul", {}, ...scope.map((one) => el("li", {}, words(one))))];
  const actions = waiting
    ? [button(app, true, t("js-app-requests-yes"), t("js-app-requests-allowed", { name })), button(app, false, t("js-app-requests-no"), t("js-app-requests-refused", { name }))]
    : [button(app, false, t("js-app-requests-back"), t("js-app-requests-taken", { name }))];
  return el("li", { class: "card" }, ...about, el("p", { class: "hint" }, t(waiting ? "js-app-requests-since" : "js-app-requests-yes-since", { when: ago(since) })), el("div", { class: "actions" }, ...actions));
}

async function draw() {
  const { requests } = await get("/auth/api/app-requests");
  for (const [name, waits] of [["waiting", true], ["allowed", false]]) {
    const some = requests.filter(({ app }) => app.waiting === waits);
    byId(name).replaceChildren(...some.map(card));
    byId(`${name}-none`).hidden = some.length > 0;
  }
}

draw().catch(sayError);

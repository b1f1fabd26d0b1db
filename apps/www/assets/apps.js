// The apps that may act for the reader, and revoking that permission.

import { get, request } from "../js/api.js";
import { submit } from "../js/proof.js";
import { words } from "./scope.js";
import { signer } from "../js/session.js";
import { texts } from "../js/texts.js";
import { ago, byId, el, sayError, working } from "../js/ui.js";

const t = await texts("www");

async function end(cid) {
  const { ownKey } = await get("/auth/api/session");
  // If the box keeps the key, the session is enough.
  if (!ownKey) return request("DELETE", `/auth/api/delegations/${cid}`);
  return submit(await signer(), { service: "auth", op: "auth.delegation.end", ref: cid });
}

function row({ app, cid, scope, until, ended }) {
  const over = ended || Date.parse(until) < Date.now();
  const state = ended ? t("js-apps-revoked") : t(over ? "js-apps-ended" : "js-apps-until", { when: ago(until) });
  const text = el("div", { class: "grow" }, el("strong", {}, app.name), ` (${app.url})`, el("br"), el("span", { class: "hint" }, `${scope.map(words).join("; ")}; ${state}`));
  if (over) return el("li", {}, el("div", { class: "row" }, text));
  const back = el("button", { type: "button", "aria-label": t("js-apps-back-of", { name: app.name }) }, t("js-apps-back"));
  back.addEventListener("click", () => working(back, t("js-apps-taking"), async () => {
    await end(cid);
    await draw();
  }));
  return el("li", {}, el("div", { class: "row" }, text, back));
}

async function draw() {
  const { apps } = await get("/auth/api/apps");
  byId("none").hidden = apps.length > 0;
  byId("apps").hidden = apps.length === 0;
  byId("apps").replaceChildren(...apps.toReversed().map(row));
}

draw().catch(sayError);

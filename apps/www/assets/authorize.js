// An app asks to act for a person: shows the app by this box's word and the permissions that it wants, and redirects back
// with the answer. The answer goes only to an address that the app registered, exactly.

import { get, nodeNow, post } from "../js/api.js";
import { submit } from "../js/proof.js";
import { words } from "./scope.js";
import { signedInDid, signer } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, el, leave, sayError, working } from "../js/ui.js";

const t = await texts("www");

const asked = new URLSearchParams(location.search);

function backTo(app, answer) {
  const back = new URL(asked.get("return"));
  for (const [name, value] of Object.entries({ ...answer, state: asked.get("state") ?? "" })) back.searchParams.set(name, value);
  return back.href;
}

async function allow(app) {
  const { ownKey } = await get("/auth/api/session");
  const until = new Date(nodeNow() + Number(byId("days").value) * 86_400_000).toISOString();
  const body = { key: app.key, scope: app.scope, until };
  // If the box keeps the key, the session is enough.
  if (!ownKey) return post("/auth/api/delegations", body);
  return submit(await signer(), { service: "auth", op: "auth.delegation.create", body });
}

async function start() {
  const app = await get(`/auth/api/apps/${encodeURIComponent(asked.get("app") ?? "")}`);
  if (!app.returns.includes(asked.get("return"))) {
    throw new Error(t("js-authorize-unnamed"));
  }
  byId("looking").hidden = true;
  if (!signedInDid()) {
    byId("to-signin").href = `/signin?next=${encodeURIComponent(location.pathname + location.search)}`;
    byId("sign-in").hidden = false;
    return;
  }
  byId("name").textContent = app.name;
  byId("url").textContent = app.url;
  byId("scope").replaceChildren(...app.scope.map((scope) => el("li", {}, words(scope))));
  byId("no").href = backTo(app, { error: "access_denied" });
  byId("form-allow").addEventListener("submit", (event) => {
    event.preventDefault();
    working(byId("allow"), t("js-signing"), async () => {
      const { cid } = await allow(app);
      await leave(backTo(app, { did: signedInDid(), delegation: cid }));
    });
  });
  byId("asks").hidden = false;
}

start().catch((error) => {
  byId("looking").hidden = true;
  sayError(error);
});

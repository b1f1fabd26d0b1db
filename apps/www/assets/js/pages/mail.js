// A mailed link: its token stands behind the #, which no server sees. It leaves the address bar at once.

import { post } from "../api.js";
import { byId, sayError, working } from "../ui.js";

const asked = new URLSearchParams(location.hash.slice(1));
const token = asked.get("token");
const next = asked.get("next") ?? "";
history.replaceState(null, "", "/mail");
byId(token ? "ready" : "none").hidden = false;
byId("come").addEventListener("click", () =>
  working(byId("come"), "Coming in…", async () => {
    await post("/auth/api/onboard/verify", { token });
    location.assign(/^\/(?![/\\])/.test(next) ? next : "/data");
  }).catch(sayError));

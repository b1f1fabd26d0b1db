// A mailed link: its token is behind the #, which no server sees. It leaves the address bar at once.

import { post } from "../js/api.js";
import { tellReadmission } from "./readmitted.js";
import { texts } from "../js/texts.js";
import { byId, leave, sayError, working } from "../js/ui.js";

const t = await texts("www");
const asked = new URLSearchParams(location.hash.slice(1));
const token = asked.get("token");
const next = asked.get("next") ?? "";
history.replaceState(null, "", "/mail");
byId(token ? "ready" : "none").hidden = false;
byId("come").addEventListener("click", () =>
  working(byId("come"), t("js-mail-in"), async () => {
    const { code } = await post("/auth/api/onboard/verify", { token });
    const onward = /^\/(?![/\\])/.test(next) ? next : "/data";
    const told = await tellReadmission(code ? null : onward);
    if (!code && !told) return leave(onward);
    byId("code").textContent = code;
    byId("on").href = onward;
    byId("ready").hidden = true;
    byId(code ? "given" : "told").hidden = false;
  }).catch(sayError));

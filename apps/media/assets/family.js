// The page of pictures shared with a group: lists the caller's groups, or names the chosen one.

import { get } from "../js/api.js";
import { texts } from "../js/texts.js";
import { byId, el, sayError } from "../js/ui.js";

const t = await texts("media");

async function start() {
  const { group } = byId("group").dataset;
  if (group) {
    const { name } = await get(`/connections/api/groups/${encodeURIComponent(group)}`);
    if (name) byId("group").textContent = name;
    return;
  }
  const { groups } = await get("/connections/api/groups?limit=100");
  const row = ({ did, name }) => el("li", {}, el("a", { href: `/media/family?with=${encodeURIComponent(did)}` }, el("strong", {}, name ?? t("js-unnamed"))));
  if (groups.length) byId("groups").append(...groups.map(row));
  else byId("groups").replaceWith(el("p", { id: "groups" }, t("js-no-groups")));
}

start().catch(sayError);

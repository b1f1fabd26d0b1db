// The first page: what only the owner of the box needs is shown to them.

import { get } from "../api.js";
import { signedInDid } from "../session.js";
import { byId } from "../ui.js";

if (signedInDid()) {
  const { owner } = await get("/auth/api/session").catch(() => ({ owner: false }));
  byId("owner").hidden = !owner;
}

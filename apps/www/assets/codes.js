// The visitor's code: the claim code of a box without an owner, or an invitation. The code is checked before the wizard
// asks for anything else, so that no sheet is printed for an invalid code.

import { ApiError, post } from "../js/api.js";
import { texts } from "../js/texts.js";

const t = await texts("www");

/** Takes the code out of the address bar: `{claim}`, `{invite, connect}` or null. */
export function codeOfAddress() {
  const query = new URLSearchParams(location.search);
  const invite = query.get("invite")?.trim();
  const claim = (query.get("code") ?? (location.pathname === "/claim" ? textOf(location.hash.slice(1)) : "")).trim();
  if (!invite && !claim) return null;
  history.replaceState(null, "", location.pathname === "/claim" ? "/claim" : "/create");
  return claim ? { claim } : { invite, connect: query.has("connect") };
}

// A broken escape is a mistyped code, and the box says so.
function textOf(hash) {
  try {
    return decodeURIComponent(hash);
  } catch {
    return hash;
  }
}

/** What the box says of this code (`{claim}` or `{invite}`): why it won't take it, as a sentence (`problem`); else who invites with it, by name or null, and whether it connects with them. */
export async function checkCode(code) {
  try {
    const { inviter, connects } = await post("/auth/api/invites/check", code);
    return { inviter: inviter?.displayName ?? inviter?.handle ?? null, connect: connects };
  } catch (error) {
    if (!(error instanceof ApiError) || ![400, 403, 409].includes(error.status)) throw error;
    const known = WORDS[(error.problem.type ?? "").split(":").at(-1)];
    return { problem: known ?? error.message };
  }
}

const WORDS = {
  "claim-code": t("js-codes-claim"),
  claimed: t("js-codes-claimed"),
  invite: t("js-codes-invite"),
};

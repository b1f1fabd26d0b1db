// Your connections, as the list and Home show them: what is signed unasked, names for people, parting. The box draws them.

import { ApiError, NoAnswer } from "../js/api.js";
import { offerCamera } from "../js/scan.js";
import { texts } from "../js/texts.js";
import { byId, el, leave, say, sayError, working } from "../js/ui.js";

const t = await texts("connections");
const named = (row) => row.querySelector("[data-name]").textContent;

/** What signs is fetched when somebody presses: looking at the list takes little. */
const acts = () =>
  import("./list-acts.js").catch(() => {
    throw new NoAnswer();
  });

function bind(row) {
  const button = (name) => row.querySelector(`[data-do=${name}]`);
  button("confirm")?.addEventListener("click", (event) =>
    working(event.currentTarget, t("js-signing"), async () => {
      await (await acts()).confirm(row);
      delete row.dataset.unasked;
      row.querySelector("[data-waits]").remove();
      say("good", t("js-both-signed", { name: named(row) }));
    }));
  button("rename")?.addEventListener("click", (event) =>
    working(event.currentTarget, t("js-signing"), async () => {
      const name = await (await acts()).rename(row);
      row.querySelector("[data-name]").textContent = name ?? row.dataset.public;
      row.querySelector("details").open = false;
      say("good", t("js-renamed"));
    }));
  button("part")?.addEventListener("click", () => {
    row.querySelector("[data-sure]").hidden = false;
    button("part").hidden = true;
    button("really").focus();
  });
  button("stay")?.addEventListener("click", () => {
    row.querySelector("[data-sure]").hidden = true;
    button("part").hidden = false;
    button("part").focus();
  });
  button("really")?.addEventListener("click", (event) =>
    working(event.currentTarget, t("js-signing"), async () => {
      const name = named(row);
      await (await acts()).part(row);
      row.remove();
      say("good", t("js-parted", { name }));
      byId("content").focus();
    }));
}

/** Signs what somebody said when they invited, once others accepted. Where the key is locked, a button asks for it. */
async function confirmUnasked(rows) {
  if (!rows.length) return;
  const me = await (await acts()).quietly();
  for (const row of rows) {
    if (!me) row.querySelector("[data-waits]").hidden = false;
    else if (me.sign) await confirmOne(row);
  }
}

async function confirmOne(row) {
  try {
    await (await acts()).confirm(row);
  } catch (error) {
    // Another page of theirs was first.
    if (!(error instanceof ApiError && error.problem.reason === "confirmed")) throw error;
  }
  delete row.dataset.unasked;
}

function bindBlocked(row) {
  row.querySelector("[data-do=unblock]").addEventListener("click", (event) =>
    working(event.currentTarget, t("js-signing"), async () => {
      await (await acts()).unblock(row);
      const name = named(row);
      row.remove();
      if (!document.querySelector("li.blocked")) byId("blocked").remove();
      say("good", t("js-unblocked", { name }));
      byId("content").focus();
    }));
}

/** The address of an invitation that a code holds, or null. */
function invitation(text) {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url && /^https?:$/.test(url.protocol) && /^\/connections\/invite\/[0-9A-Za-z-]+$/.test(url.pathname) ? url : null;
}

/** Opens an invitation of this address; one of another is only shown, since no page leads elsewhere unasked. */
function open(text) {
  const url = invitation(text);
  if (url.origin === location.origin) leave(url.pathname);
  else say("good", t("js-elsewhere", { host: url.host }), el("p", {}, el("a", { class: "button", href: url.href }, t("js-open-at", { host: url.host }))));
}

if (document.documentElement.dataset.did) {
  // Its place is kept, so that nothing moves where there is a camera to offer.
  if (!navigator.mediaDevices?.getUserMedia) byId("scan")?.remove();
  offerCamera(byId("scan"), invitation, open).catch(sayError);
  for (const row of document.querySelectorAll("[data-did].connection")) bind(row);
  for (const row of document.querySelectorAll("[data-did].blocked")) bindBlocked(row);
  // The next visit tries again.
  confirmUnasked(document.querySelectorAll(".connection[data-unasked]")).catch((error) => console.info(error.message));
}

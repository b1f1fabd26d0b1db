// Deleting everything: the page says what goes and what stays; a copy was offered; the owner's
// signature does it; the receipt is theirs to keep.

import { ApiError, get } from "../js/api.js";
import { submit } from "../js/proof.js";
import { actor, forgetPages, signedInDid } from "../js/session.js";
import { people } from "../js/store.js";
import { locale, texts } from "../js/texts.js";
import { byId, el, fieldError, saveFile, sayError, showOnly, working } from "../js/ui.js";
import { singular } from "./words.js";

const t = await texts("www");

let plan = null;
/** Whether apps are done: after a deletion whose answer was lost, the box answers them no more. */
let isSettled = false;

function list(id, items) {
  byId(id).replaceChildren(...items.map((content) => el("li", {}, ...content)));
}

/** "1 key" rather than "1 keys". In other languages than English the box has counted. */
function counted({ number, what }) {
  return number === 1 && locale.startsWith("en") ? singular(what) : what;
}

function draw(newPlan) {
  plan = newPlan;
  list("goes", plan.goes.map((item) => [counted(item)]));
  byId("nothing-goes").hidden = plan.goes.length > 0;
  list("stays", plan.stays.map((item) => [el("strong", {}, counted(item)), `: ${item.why}`]));
  list("out-of-reach", plan.outOfReach.map((text) => [text]));
  byId("plan").hidden = false;
  byId("looking").hidden = true;
}

const getPlan = () => get(`/auth/api/delete?did=${encodeURIComponent(signedInDid())}`);

async function load() {
  const { owner } = await get("/auth/api/session");
  byId("owns").hidden = !owner;
  if (owner) {
    byId("looking").hidden = true;
    return;
  }
  draw(await getPlan());
}

/** Whether these counts are none but those that were shown, or smaller. */
const isWithin = (counts, shown) =>
  Object.entries(counts).every(([service, kinds]) => Object.entries(kinds).every(([kind, number]) => number <= (shown[service]?.[kind] ?? 0)));

/** Lets apps take back what is in others' records, which lowers the counts. An app that throws keeps everything. */
async function settle(me) {
  const tasks = [];
  document.dispatchEvent(new CustomEvent("deleting", { detail: tasks }));
  for (const task of tasks) await task(me);
  if (tasks.length === 0) return;
  const rest = await getPlan();
  // The box refuses the numbers that were shown if there is more now, and draws them again.
  if (isWithin(rest.counts, plan.counts)) draw(rest);
}

async function erase(event) {
  event.preventDefault();
  const sure = byId("sure");
  if (!sure.checked) return fieldError(sure, t("js-delete-tick"));
  fieldError(sure);
  await working(byId("erase"), t("js-delete-erasing"), async () => {
    const me = await actor();
    if (!isSettled) await settle(me);
    isSettled = true;
    const { receipt, says } = await confirm(me);
    const text = JSON.stringify({ says, receipt }, null, 2);
    byId("save-receipt").addEventListener("click", () => saveFile("imajin-receipt.json", "application/json", text));
    await people.remove(me.did);
    await forgetPages();
    await forgetKept();
    showOnly(byId("gone"), [byId("before"), byId("gone")]);
  });
}

/** Has apps forget what they keep in this browser. The record is gone, whatever fails here. */
async function forgetKept() {
  const tasks = [];
  document.dispatchEvent(new CustomEvent("deleted", { detail: tasks }));
  for (const task of tasks) await task().catch((error) => console.info(error.message));
}

/** Signs the very numbers that were shown. If they changed in between, shows the new ones and stops. */
async function confirm(me) {
  try {
    return await submit(me, { service: "auth", op: "auth.delete", body: plan.body }, { path: "/auth/api/delete" });
  } catch (error) {
    if (error instanceof ApiError && error.problem.plan) {
      draw(error.problem.plan);
      byId("sure").checked = false;
      isSettled = false;
    }
    throw error;
  }
}

byId("form-delete").addEventListener("submit", erase);
// An app's script settled something that had to be first.
document.addEventListener("settled", () => load().catch(sayError));
load().catch(sayError);

// A survey's page: answering, following, and live results.
//
// Always: a receipt is drawn before an answer is sent, and kept until the answer is acknowledged, so that an answer
// whose response was lost is sent again with the same receipt.

import { ApiError, ask, get, page, post } from "../js/api.js";
import { toHex } from "../js/base.js";
import { drawForm } from "../js/form/draw.js";
import { visitor } from "../js/items/visitor.js";
import { submit } from "../js/proof.js";
import { actor } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, say, sayError, working } from "../js/ui.js";
import { keptAfterRefusal, receiptToSend } from "./receipt.js";
import { drawResults } from "./results.js";

const t = await texts("dykil");
const EVERY_MS = 5_000;
const bars = byId("bars");
const { owner, survey, status } = bars.dataset;
const form = JSON.parse(bars.dataset.form);
const path = `/dykil/api/surveys/${encodeURIComponent(owner)}/${survey}`;
const KEPT = `dykil ${owner}/${survey}`;

/** Returns the receipt of this device's answer and whether the answer was acknowledged. */
const kept = () => JSON.parse(localStorage.getItem(KEPT) ?? "null");
const keep = (own) => (own ? localStorage.setItem(KEPT, JSON.stringify(own)) : localStorage.removeItem(KEPT));

const newReceipt = () => toHex(crypto.getRandomValues(new Uint8Array(16)));

async function sendNamed(answers) {
  const { each } = byId("answer").dataset;
  const seat = each === "ticket" ? { seat: (await get(`${path}/seat`)).seat } : {};
  await submit(await actor(), { service: "dykil", op: "dykil.answer", ref: survey, fact: { dids: [owner], ...seat }, body: { answers: JSON.stringify(answers) } });
  say("good", t("js-sent-named"));
}

/** Whether answers are kept in a box until there are enough. */
const isBoxed = (mode) => ["totals", "secret"].includes(mode);

async function sendUnnamed(answers) {
  const { mode } = byId("answer").dataset;
  const before = kept();
  const receipt = receiptToSend(before, newReceipt);
  keep({ receipt, isDone: false });
  const slip = byId("slip")?.value.trim();
  try {
    await post(`${path}/answers`, { receipt, answers, ...(slip ? { slip } : {}) });
  } catch (error) {
    if (error instanceof ApiError) keep(keptAfterRefusal(error, before, receipt));
    throw error;
  }
  keep({ receipt, isDone: true });
  say("good", t(isBoxed(mode) ? "js-sent-boxed" : "js-sent", { receipt }));
}

function answering() {
  const place = byId("answer");
  if (!place || !byId("send")) return;
  const drawn = drawForm(byId("form"), JSON.parse(byId("form").dataset.form), { draft: `${owner}/${survey}` });
  const code = location.hash.match(/^#slip=([A-Za-z0-9-]{4,20})$/);
  if (code && byId("slip")) byId("slip").value = code[1];
  byId("form-answer").addEventListener("submit", (event) => {
    event.preventDefault();
    if (!drawn.check()) return;
    const send = place.dataset.mode === "named" ? sendNamed : sendUnnamed;
    working(byId("send"), t("js-sending"), async () => {
      await send(drawn.read());
      drawn.forget();
      place.hidden = true;
      // The answer counts even if the results can't be loaded now; they are requested again later.
      await update().catch(() => (byId("results").hidden = true));
      byId("message").scrollIntoView({ block: "nearest" });
    }).catch(sayError);
  });
}

/** Replaces the tables of a spending survey with those of the newly loaded page. */
async function drawTables() {
  const drawn = (await page(location.pathname))?.getElementById("bars");
  if (drawn?.childElementCount) bars.replaceChildren(...drawn.childNodes);
}

let tag = null;

/** Requests the results and draws them if they are visible and have changed. */
async function update() {
  const mine = kept();
  const query = mine?.isDone ? `?receipt=${mine.receipt}` : "";
  const answer = await ask(`${path}/results${query}`, { headers: tag ? { "If-None-Match": tag } : {} });
  if (answer.status !== 200) return;
  tag = answer.headers.get("etag");
  const results = await answer.json();
  byId("results").hidden = false;
  if (results.groups) await drawTables();
  else drawResults(bars, form, results);
  if (mine?.isDone && results.receipts) {
    const isThere = results.receipts.includes(mine.receipt);
    byId("receipt").textContent = t(isThere ? "js-receipt" : "js-receipt-missing", { receipt: mine.receipt });
    byId("receipt").hidden = false;
  }
}

answering();
if (byId("visitor")) {
  const facts = ["mode", "each", "show"];
  visitor({ body: ["title", "note", "form", "groups"], facts, says: { followed: t("js-followed"), unfollowed: t("js-unfollowed"), copied: () => t("js-copied") } });
}
update().catch(sayError);
if (status === "open") {
  // A page in the background doesn't poll. Failed requests are retried at the next interval.
  setInterval(() => document.hidden || update().catch(() => {}), EVERY_MS);
}

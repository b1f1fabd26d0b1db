// A course's page: enrolling, paying, leaving, finishing, following, copying.

import { sure } from "../js/form/sure.js";
import { visitor } from "../js/items/visitor.js";
import { oneOf } from "../js/items/store.js";
import { order, redrawOffer, shownOffer } from "../js/money/fair.js";
import { submit } from "../js/proof.js";
import { actor } from "../js/session.js";
import { locale, texts } from "../js/texts.js";
import { byId, el, leave, say, sayError, working } from "../js/ui.js";
import { keepSending } from "./queue.js";

const t = await texts("learn");
const { owner, course } = byId("course").dataset;

/** Signs an operation about the place in the course, and reloads the page. */
async function sign(button, op) {
  await working(button, t("js-signing"), async () => {
    await submit(await actor(), { service: "learn", op, ref: course, fact: { dids: [owner] } });
    await leave();
  });
}

async function buy() {
  await working(byId("pay"), t("js-signing"), async () => {
    const ask = { owner, course, rail: byId("rail").value, ...shownOffer(byId("buy").querySelector("[data-follows]")) };
    const { url, paid, memo, paymentPage } = await order(await actor(), "learn.enroll", "/learn/api/pay", ask, redrawOffer);
    if (url) return leave(url);
    if (paid) return leave();
    byId("pay").hidden = true;
    byId("how").replaceChildren(`${t("js-promised")} `, el("strong", { class: "mono" }, memo), " ", el("a", { class: "button main", href: paymentPage }, t("js-how-to-pay")));
  });
}

async function finish(button) {
  await working(button, t("js-signing"), async () => {
    const fact = { teacher: owner, public: byId("public").checked ? 1 : 0 };
    const { value } = await submit(await actor(), { service: "learn", op: "learn.complete", ref: course, fact });
    await leave(`/learn/check/${value.certificate}`);
  });
}

byId("enroll")?.addEventListener("click", ({ currentTarget }) => sign(currentTarget, "learn.enroll").catch(sayError));
byId("leave")?.addEventListener("click", async ({ currentTarget }) => {
  if (await sure(t("js-leave-sure"), currentTarget)) sign(currentTarget, "learn.leave").catch(sayError);
});
byId("finish")?.addEventListener("click", ({ currentTarget }) => finish(currentTarget).catch(sayError));
/** Stores the course on this device for offline use. */
async function keep(button) {
  await working(button, t("js-keeping"), async () => {
    if (!navigator.serviceWorker) throw new Error(t("js-keep-insecure"));
    const { active, installing, waiting: next } = await navigator.serviceWorker.register("/assets/learn/learn-worker.js", { scope: "/learn/" });
    const worker = active ?? installing ?? next;
    if (worker.state !== "activated") await new Promise((wake) => worker.addEventListener("statechange", () => worker.state === "activated" && wake()));
    const { port1, port2 } = new MessageChannel();
    const answer = new Promise((wake) => (port1.onmessage = ({ data }) => wake(data)));
    worker.postMessage({ owner, course }, [port2]);
    const { bytes, left, error } = await answer;
    if (error) throw new Error(error === "large" ? t("js-keep-large") : t("js-keep-not", { why: error }));
    const without = left ? ` ${t("js-kept-without", { count: left })}` : "";
    say("good", `${t("js-kept", { size: (bytes / 1_000_000).toLocaleString(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 }) })}${without}`);
  });
}

keepSending(() => leave(), sayError);
byId("keep")?.addEventListener("click", ({ currentTarget }) => keep(currentTarget).catch(sayError));
byId("buy")?.addEventListener("submit", (event) => {
  event.preventDefault();
  buy().catch(sayError);
});
if (byId("visitor")) {
  visitor({
    body: ["title", "note", "text", "questions"],
    facts: ["pass"],
    more: ({ kind, optional }) => ({ ...(optional ? { optional: 1 } : {}), ...(kind === "course" ? { visibility: "private" } : {}) }),
    whole: ({ id }) => oneOf("learn", owner, id),
    says: { followed: t("js-followed"), unfollowed: t("js-unfollowed"), copied: (count) => t("js-copied", { count }) },
  });
}

// Turns push messages on and off for this browser, and fills in its time zone. Without a service worker (no certificate that the browser trusts)
// or a push service, the section stays hidden.

import { get, post, request } from "../js/api.js";
import { texts } from "../js/texts.js";
import { ownZone } from "../js/time.js";
import { byId, working } from "../js/ui.js";

const t = await texts("notify");

const zone = byId("zone");
if (zone && !zone.value) zone.value = ownZone() ?? "";

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

/** Shows whether this browser gets messages. */
function show(subscription) {
  const isDenied = Notification.permission === "denied";
  byId("push-state").textContent = isDenied ? t("js-denied") : subscription ? t("js-on") : t("js-off");
  byId("push-on").hidden = isDenied || subscription !== null;
  byId("push-off").hidden = subscription === null;
}

async function turnOn(worker) {
  if ((await Notification.requestPermission()) !== "granted") return show(null);
  const { key } = await get("/notify/api/key");
  const subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
  try {
    await post("/notify/api/subscriptions", subscription.toJSON());
  } catch (error) {
    // The next visit would say that it is on.
    await subscription.unsubscribe();
    throw error;
  }
  show(subscription);
}

async function turnOff(worker) {
  const subscription = await worker.pushManager.getSubscription();
  if (subscription) {
    await subscription.unsubscribe();
    // The box may have forgotten it already.
    await request("DELETE", "/notify/api/subscriptions", { json: { endpoint: subscription.endpoint } }).catch((error) => console.info(error.message));
  }
  show(null);
}

async function begin() {
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) return;
  const worker = await navigator.serviceWorker.ready;
  show(await worker.pushManager.getSubscription());
  byId("push-on").addEventListener("click", (event) => working(event.currentTarget, t("js-turning"), () => turnOn(worker)));
  byId("push-off").addEventListener("click", (event) => working(event.currentTarget, t("js-turning"), () => turnOff(worker)));
  byId("push").hidden = false;
}

begin().catch((error) => console.info(`No push messages here: ${error.message}`));

// Connecting a computer: makes an app password and the key that follows from it, here in the browser; signs a delegation for
// that key and the computer's name; shows the password once. Ending one.

import { nodeNow } from "../js/api.js";
import { toBase32, utf8 } from "../js/base.js";
import { multikey, publicKeyOf } from "../js/key.js";
import { submit } from "../js/proof.js";
import { signer } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, copyButton, el, fieldError, leave, working } from "../js/ui.js";
import { ask, field, line } from "./acts.js";

const t = await texts("media");
const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
const INFO = "mjn:media:app-password:v1";
const DAY_MS = 86_400_000;
/** A delegation lasts a year at most. */
const DAYS = 365;

/** The seed of the key that a password and its owner make. */
async function seedOf(bits, did) {
  const key = await crypto.subtle.importKey("raw", bits, "HKDF", false, ["deriveBits"]);
  const algorithm = { name: "HKDF", hash: "SHA-256", salt: utf8(did), info: utf8(INFO) };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, 256));
}

/** In groups of five, which are easier to type. */
const grouped = (text) => [0, 5, 10, 15, 20].map((at) => text.slice(at, at === 20 ? undefined : at + 5)).join("-");

async function connect() {
  const label = line("", 100);
  const scope = byId("connect").dataset.scope.split(" ");
  const content = [el("p", {}, t("js-device-lead")), field("label", t("js-device-label"), label, t("js-device-label-hint"))];
  const password = await ask(t("js-device"), content, t("js-device-make"), async () => {
    const name = label.value.trim();
    fieldError(label, name ? null : t("js-name-it"));
    if (!name) return "again";
    const me = await signer();
    const bits = crypto.getRandomValues(new Uint8Array(16));
    const seed = await seedOf(bits, me.did);
    const key = multikey(await publicKeyOf(seed));
    seed.fill(0);
    const until = new Date(nodeNow() + DAYS * DAY_MS).toISOString();
    const { cid } = await submit(me, { service: "auth", op: "auth.delegation.create", body: { key, scope, until } });
    await submit(me, { service: "media", op: "media.device", ref: cid, body: { label: name } });
    const text = grouped(toBase32(bits, DIGITS));
    bits.fill(0);
    return { text };
  });
  if (!password) return;
  const shown = el("input", { type: "text", readonly: true, value: password.text, onfocus: ({ target }) => target.select() });
  await ask(t("js-device-made"), [field("password", t("js-device-password"), shown, t("js-device-once")), el("p", {}, t("js-device-seen")), el("div", { class: "actions" }, navigator.clipboard && copyButton(password.text, t("js-device-password")))]);
  await leave();
}

byId("address").textContent = location.origin + byId("address").dataset.path;
byId("connect").hidden = false;
byId("connect").addEventListener("click", ({ currentTarget }) => working(currentTarget, t("js-signing"), connect));
for (const button of document.querySelectorAll("[data-end]")) {
  button.addEventListener("click", () => working(button, t("js-signing"), async () => {
    await submit(await signer(), { service: "auth", op: "auth.delegation.end", ref: button.dataset.end });
    await leave();
  }));
}

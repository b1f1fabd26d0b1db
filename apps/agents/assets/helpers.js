// Connecting a helper: makes a token and the key that follows from it, here in the browser; signs a delegation for that key and
// the helper's name; shows the token once. Ending one.

import { nodeNow } from "../js/api.js";
import { toBase32, utf8 } from "../js/base.js";
import { multikey, publicKeyOf } from "../js/key.js";
import { submit } from "../js/proof.js";
import { signer } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, copyButton, fieldError, leave, working } from "../js/ui.js";

const t = await texts("agents");
const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
const CONTEXT = "mjn:agents:v1";
const DAY_MS = 86_400_000;

/** The seed of the key that a password and its owner make. */
async function seedOf(bits, did) {
  const key = await crypto.subtle.importKey("raw", bits, "HKDF", false, ["deriveBits"]);
  const algorithm = { name: "HKDF", hash: "SHA-256", salt: utf8(did), info: utf8(CONTEXT) };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, 256));
}

const end = (me, delegation) => submit(me, { service: "auth", op: "auth.delegation.end", ref: delegation });

/** Signs a delegation of these operations and the helper's name, and returns its token. */
async function connect(label, scope, days) {
  const me = await signer();
  const bits = crypto.getRandomValues(new Uint8Array(16));
  const seed = await seedOf(bits, me.did);
  const key = multikey(await publicKeyOf(seed));
  seed.fill(0);
  const until = new Date(nodeNow() + days * DAY_MS).toISOString();
  const { cid } = await submit(me, { service: "auth", op: "auth.delegation.create", body: { key, scope, until } });
  try {
    await submit(me, { service: "agents", op: "agents.name", ref: cid, body: { label } });
  } catch (error) {
    await end(me, cid);
    throw error;
  }
  const token = `mjn_${me.did.split(":").at(-1)}.${toBase32(bits, DIGITS)}`;
  bits.fill(0);
  return token;
}

/** A button that copies a text; nothing where the browser gives pages no clipboard. */
const copy = (text, what) => (navigator.clipboard ? copyButton(text, what) : "");

function show(token) {
  const url = location.origin + form.dataset.path;
  const command = `IMAJIN_MCP_TOKEN=${token} imajin mcp --node ${location.origin}`;
  const server = { type: "http", url, headers: { Authorization: `Bearer ${token}` } };
  const config = JSON.stringify({ mcpServers: { imajin: server } }, null, 2);
  byId("config").textContent = config;
  byId("copy-config").append(copy(config, t("js-config")));
  for (const [id, text, what] of [["address", url, t("js-address")], ["token", token, t("js-token")], ["command", command, t("js-command")]]) {
    const input = byId(id);
    input.value = text;
    input.addEventListener("focus", () => input.select());
    input.after(copy(text, what));
  }
  form.hidden = true;
  byId("made").hidden = false;
  byId("made").focus();
}

const form = byId("form-new");
const choices = [...form.elements.scope];
form.hidden = false;
for (const preset of form.elements.preset) {
  preset.addEventListener("change", () => {
    for (const choice of choices) choice.checked = preset.value === "all" || choice.dataset.kind === preset.value;
  });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const label = byId("label").value.trim();
  const scope = choices.filter(({ checked }) => checked).map(({ value }) => value);
  fieldError(byId("label"), label ? null : t("js-name-it"));
  if (!label) return;
  const button = form.querySelector('button[type="submit"]');
  working(button, t("js-signing"), async () => {
    if (scope.length === 0) throw new Error(t("js-nothing-chosen"));
    show(await connect(label, scope, Number(byId("days").value)));
  });
});

for (const button of document.querySelectorAll("[data-end]")) {
  button.addEventListener("click", () => working(button, t("js-signing"), async () => {
    await end(await signer(), button.dataset.end);
    await leave();
  }));
}

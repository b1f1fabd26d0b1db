// The target of backups: tries a place, saves it, and shows the progress of a backup.

import { NoAnswer, get, request } from "../js/api.js";
import { texts } from "../js/texts.js";
import { byId, fieldError, leave, say, sayError, size, working } from "../js/ui.js";

const t = await texts("www");

const BOX = "/www/api/box/backups";
const LOOK_MS = 2000;
const FIELDS = ["to", "friend", "code", "bucket", "s3_url", "s3_region", "s3_key", "s3_secret", "every_h"];
const again = () => leave();

const form = byId("place");
const kind = () => byId("kind").value;

function showKind() {
  for (const one of ["folder", "friend", "bucket"]) byId(`of-${one}`).hidden = kind() !== one;
}

/** The wish that the form expresses. */
function wish() {
  const value = (id) => byId(id).value.trim();
  const every_h = Number(value("every_h"));
  if (kind() === "folder") return { to: value("to"), every_h };
  if (kind() === "friend") return { friend: value("friend"), code: value("code"), every_h };
  const bucket = value("bucket").replace(/^s3:[/][/]/, "");
  const [s3_url, s3_region, s3_key, s3_secret] = ["s3_url", "s3_region", "s3_key", "s3_secret"].map(value);
  return { to: `s3://${bucket}`, every_h, s3_url, s3_region, s3_key, s3_secret };
}

/** Sends the form's wish, and says whether the box took it; a mistake is told next to its field. */
async function send(method, path, json) {
  for (const id of FIELDS) fieldError(byId(id));
  try {
    await request(method, path, { json });
    return true;
  } catch (error) {
    const field = error.problem?.field;
    const input = FIELDS.includes(field) && byId(field === "to" && kind() === "bucket" ? "bucket" : field);
    if (!input) throw error;
    fieldError(input, error.message);
    return false;
  }
}

if (form) {
  showKind();
  form.addEventListener("change", showKind);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    working(event.submitter ?? form, t("js-backups-saving"), async () => {
      if (await send("PUT", BOX, wish())) await again();
    });
  });
  for (const button of document.querySelectorAll("[data-stick]")) {
    button.addEventListener("click", () => {
      byId("to").value = button.dataset.stick;
      byId("to").focus();
    });
  }
  byId("try-this").addEventListener("click", (event) =>
    working(event.currentTarget, t("js-backups-trying"), async () => {
      if (await send("POST", `${BOX}/try`, { wish: wish() })) say("good", t("js-backups-works-save"));
    }),
  );
}

/** Has a button do something at a press. */
function press(id, words, action) {
  const button = byId(id);
  button?.addEventListener("click", () => working(button, words, () => action(button)));
}

press("try", t("js-backups-trying"), async () => {
  await request("POST", `${BOX}/try`, { json: {} });
  say("good", t("js-backups-works"));
});

press("run", t("js-backups-starting"), async () => {
  await request("POST", `${BOX}/run`);
  await watch();
});

press("pause", t("js-backups-asking"), async (button) => {
  await request("POST", `${BOX}/pause`, { json: { paused: !("paused" in button.dataset) } });
  await again();
});

press("forget", t("js-backups-forgetting"), async () => {
  await request("DELETE", BOX);
  await again();
});

/** Says how far it is, until it is made. */
async function watch() {
  const [progress, bar] = [byId("progress"), byId("bar")];
  const answer = await get(BOX).catch((error) => {
    if (!(error instanceof NoAnswer)) throw error;
    return null;
  });
  // Without a network it continues once there is one.
  if (!answer) return void setTimeout(keepWatching, LOOK_MS);
  const { done, total } = answer;
  if (done === undefined) return again();
  for (const shown of [progress, bar]) shown.hidden = false;
  progress.textContent = t("js-backups-making", { done: size(done), total: size(total) });
  bar.max = Math.max(total, 1);
  bar.value = done;
  setTimeout(keepWatching, LOOK_MS);
}

const keepWatching = () => watch().catch(sayError);

if ("running" in (byId("progress")?.dataset ?? {})) keepWatching();

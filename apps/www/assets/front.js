// The form for the front page: unsaved texts survive a reload, and the picture is cut to a square in the browser, so that the box keeps no
// more than it shows.

import { request } from "../js/api.js";
import { keepForm } from "../js/form/kept.js";
import { texts } from "../js/texts.js";
import { byId, el, sayError } from "../js/ui.js";

const t = await texts("www");

const SIDE = 512;
const QUALITY = 0.85;

/** The middle square of a picture, as WebP where the browser writes that, else as PNG. */
async function square(file) {
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    throw new Error(t("js-front-unreadable"));
  }
  const side = Math.min(picture.width, picture.height);
  const canvas = el("canvas", { width: SIDE, height: SIDE });
  canvas.getContext("2d").drawImage(picture, (picture.width - side) / 2, (picture.height - side) / 2, side, side, 0, 0, SIDE, SIDE);
  picture.close();
  const blob = await new Promise((made) => canvas.toBlob(made, "image/webp", QUALITY));
  if (!blob) throw new Error(t("js-front-too-big"));
  return blob;
}

async function change(path, body) {
  await request("POST", path, { body });
  location.replace("/settings/box?saved=yes");
}

keepForm(byId("words"));
const input = byId("picture");

async function chosen() {
  try {
    const [file] = input.files;
    if (file) await change("/settings/box/picture", await square(file));
  } catch (error) {
    input.value = "";
    sayError(error);
  }
}

input.addEventListener("change", chosen);
// The reader may have chosen a picture before this script ran.
chosen();
byId("remove")?.addEventListener("click", () => change("/settings/box/picture/remove").catch(sayError));

// The picture field of an event's form: uploads a picture when it is chosen, and signs it when the event is saved.

import { upload } from "../js/items/files.js";
import { submit } from "../js/proof.js";
import { texts } from "../js/texts.js";
import { byId, el, fieldError } from "../js/ui.js";

const t = await texts("events");
const WIDE = { class: "event-picture", alt: "", width: 800, height: 420 };

/** Returns the picture field of the page's form; without an app for files, one that never changes. */
export function pictureOf() {
  const place = byId("picture");
  if (!place) return { ready: Promise.resolve(), save: async () => {} };
  const alt = byId("picture-alt");
  const state = byId("picture-state");
  const said = () => JSON.stringify([cid, cid ? alt.value.trim() : ""]);
  let cid = place.dataset.cid ?? null;
  let before = said();
  const picture = { ready: Promise.resolve(), save };

  function show(now, src) {
    cid = now;
    byId("picture-shown").replaceChildren(...(src ? [el("img", { ...WIDE, src })] : []));
    byId("picture-about").hidden = !cid;
    byId("picture-remove").hidden = !cid;
  }

  async function send(input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    fieldError(input);
    try {
      const tell = (bytes) => (state.textContent = t("js-picture-sending", { percent: Math.floor((bytes / Math.max(1, file.size)) * 100) }));
      const sent = await upload(file, `events ${file.name} ${file.size} ${file.lastModified}`, tell);
      if (!/^image\/(jpeg|png|webp|gif)$/.test(sent.kind)) throw new Error(t("js-picture-kind"));
      if (sent.cid !== cid) alt.value = "";
      show(sent.cid, URL.createObjectURL(file));
      state.textContent = t("js-picture-ready");
    } catch (error) {
      state.textContent = "";
      fieldError(input, error.message);
    }
  }

  /** Signs the picture of this event, unless it is unchanged. */
  async function save(me, event) {
    if (said() === before) return;
    await submit(me, { service: "events", op: "events.picture", ref: event, body: { alt: cid ? alt.value.trim() : "" }, fact: { media: cid ? [cid] : [] } });
    before = said();
  }

  for (const id of ["picture-file", "picture-camera"]) {
    byId(id).addEventListener("change", ({ target }) => (picture.ready = send(target)));
  }
  byId("picture-remove").addEventListener("click", () => {
    show(null, null);
    state.textContent = t("js-picture-removed");
    byId("picture-file").focus();
  });
  return picture;
}

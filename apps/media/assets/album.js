// The reader's own albums: making one, and changing its description and contents.

import { texts } from "../js/texts.js";
import { byId, working } from "../js/ui.js";
import { ask, enter, enterAll, makeLink, putAlbum } from "./acts.js";
import { selectable } from "./select.js";

const t = await texts("media");
const album = byId("album")?.dataset;
const more = {
  out: { text: t("js-act-out"), said: (count) => t("js-out", { count }), act: (ids, told) => enterAll("album.put", ids, { ref: album.id, fact: { out: 1 }, told }), leaves: () => true },
  cover: { text: t("js-act-cover"), said: () => t("js-cover"), act: ([cover]) => putCover(cover) },
};

async function putCover(cover) {
  const { id, title, text, access, to } = album;
  await enter("album", { ref: id, body: { title, ...(text && { text }), cover }, fact: { access, ...(to && { to }) } });
  album.cover = cover;
}

const on = (id, act) => byId(id)?.addEventListener("click", ({ currentTarget }) => working(currentTarget, t("js-signing"), act));

on("new-album", () => putAlbum({}).then((made) => made && location.assign(made.href)));
on("album-edit", () => putAlbum({ ...album }).then((done) => done && location.reload()));
on("album-link", () => makeLink(album.id));
on("album-remove", () =>
  ask(t("js-album-remove", { title: album.title }), [], t("js-remove"), () => enter("album.remove", { ref: album.id }), { danger: true }).then((done) => done && location.assign("/media/albums")));
selectable({ more });

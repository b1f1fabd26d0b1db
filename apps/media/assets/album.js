// The reader's own albums: making one, and changing its description and contents.

import { signedInDid } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, leave, working } from "../js/ui.js";
import { ask, enter, enterAll, makeLink, putAlbum } from "./acts.js";
import { idsAt, selectable } from "./select.js";
import { offerOnNextPage, undoable } from "./undo.js";

const t = await texts("media");
const album = byId("album")?.dataset;
const more = {
  out: { text: t("js-act-out"), said: (count, ids) => undoable(t("js-out", { count }), { op: "album.put", ref: album.id, assets: ids }), act: (ids, told) => enterAll("album.put", ids, { ref: album.id, fact: { out: 1 }, told }), leaves: () => true },
  cover: { text: t("js-act-cover"), said: () => t("js-cover"), act: ([cover]) => putCover(cover) },
};

/** The command that makes this album what its page says, but for some changes. */
function albumCommand(changes) {
  const { id, title, text, cover, access, to } = { ...album, ...changes };
  return { ref: id, body: { title, ...(text && { text }), ...(cover && { cover }) }, fact: { access, ...(to && { to }) } };
}

async function putCover(cover) {
  await enter("album", albumCommand({ cover }));
  album.cover = cover;
}

async function removeAlbum() {
  const assets = await idsAt(`/media/api/albums/${album.id}?owner=${signedInDid()}`);
  await enter("album.remove", { ref: album.id });
  offerOnNextPage(t("js-album-removed", { title: album.title }), { op: "album", ...albumCommand() }, { op: "album.put", ref: album.id, assets });
}

const on = (id, act) => byId(id)?.addEventListener("click", ({ currentTarget }) => working(currentTarget, t("js-signing"), act));

on("new-album", () => putAlbum({}).then((made) => made && leave(made.href)));
on("album-edit", () => putAlbum({ ...album }).then((done) => done && leave()));
on("album-link", () => makeLink(album.id));
on("album-remove", () =>
  ask(t("js-album-remove", { title: album.title }), [], t("js-remove"), removeAlbum, { danger: true }).then((done) => done && leave("/media/albums")));
selectable({ more });

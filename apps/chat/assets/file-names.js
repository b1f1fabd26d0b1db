// Names and kinds of files in messages. Their senders choose them.

import { utf8 } from "../js/base.js";

const BYTES_MAX = 200;
/** The kind of what the pages draw as a photo. */
export const PHOTO_MIME = "image/jpeg";

/** The kind of a file whose kind nobody knows. */
export const UNKNOWN_MIME = "application/octet-stream";
const MIME = /^[\w.+-]{1,40}\/[\w.+-]{1,40}$/;

/** The kind, if the text has the form of one. */
export const mimeOf = (text) => (MIME.test(text) ? text : UNKNOWN_MIME);

/** A name in one line, without folders and without marks that turn the direction of its ending. A long one loses its beginning. */
export function nameOf(text) {
  const letters = [...String(text).normalize("NFC").replace(/[\p{C}/\\]/gu, "").trim()].slice(-BYTES_MAX);
  while (utf8(letters.join("")).length > BYTES_MAX) letters.shift();
  const name = letters.join("").trim();
  return ["", ".", ".."].includes(name) ? "file" : name;
}

/** The name of the file that a message brought, or null for a photo and for a message without a file. */
export function fileNameOf({ kind, json }) {
  const isFile = kind === "media" && json?.media && json.media.mime !== PHOTO_MIME;
  return isFile ? nameOf(json.media.name ?? "") : null;
}

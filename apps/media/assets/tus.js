// Resumable uploads by the tus protocol 1.0.0. What broke continues where the box has the bytes; an upload that a closed tab left
// continues, too, if the same file is chosen again.

import { ApiError, NoAnswer } from "../js/api.js";
import { toBase64, utf8 } from "../js/base.js";

const PIECE = 8 * 1024 * 1024;
const VERSION = { "Tus-Resumable": "1.0.0" };
const PAUSES_MS = [1000, 2000, 5000, 10_000, 30_000];
/** Without a byte for so long, a connection is given up. */
const SILENT_MS = 45_000;

const encoded = (text) => {
  const base64 = toBase64(utf8(String(text)));
  return base64.padEnd(Math.ceil(base64.length / 4) * 4, "=");
};

async function asked(method, url, headers) {
  let answer;
  try {
    answer = await fetch(url, { method, headers: { ...VERSION, ...headers }, credentials: "same-origin", cache: "no-store" });
  } catch {
    throw new NoAnswer();
  }
  if (!answer.ok) throw new ApiError(answer.status, (await answer.json().catch(() => null)) ?? {});
  return answer.headers;
}

/** Sends the bytes from an offset on. Not `fetch`, which doesn't say how far it is. */
function patch(url, offset, piece, tell) {
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    let silent = setTimeout(() => sending.abort(), SILENT_MS);
    const hear = () => {
      clearTimeout(silent);
      silent = setTimeout(() => sending.abort(), SILENT_MS);
    };
    sending.open("PATCH", url);
    for (const [name, value] of Object.entries({ ...VERSION, "Upload-Offset": offset, "Content-Type": "application/offset+octet-stream" })) sending.setRequestHeader(name, value);
    sending.upload.onprogress = ({ loaded }) => {
      hear();
      tell(offset + loaded);
    };
    sending.onloadend = () => {
      clearTimeout(silent);
      if (sending.status === 0) return reject(new NoAnswer());
      if (sending.status < 300) return resolve({ get: (name) => sending.getResponseHeader(name) });
      let problem = {};
      try {
        problem = JSON.parse(sending.responseText);
      } catch {
        // The status says enough.
      }
      return reject(new ApiError(sending.status, problem));
    };
    sending.send(piece);
  });
}

/** Waits; shorter, if the network is back. */
const rest = (ms) =>
  new Promise((wake) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      removeEventListener("online", done);
      wake();
    }
    addEventListener("online", done);
  });

/** Without a connection, or while the box starts again, nothing is lost by waiting. */
const isAway = (error) => error instanceof NoAnswer || [429, 502, 503, 504].includes(error.status);

/** Does something until the box answers. */
export async function patiently(act) {
  for (let failed = 0; ; failed += 1) {
    try {
      return await act();
    } catch (error) {
      if (!isAway(error)) throw error;
      await rest(PAUSES_MS[Math.min(failed, PAUSES_MS.length - 1)]);
    }
  }
}

const mayPass = ({ status }) => [0, 409, 423, 425, 429, 500, 502, 503, 504].includes(status);
const isGone = ({ status }) => status === 404 || status === 410;

/** Uploads a file and answers the headers of the last answer. `about` is its metadata, `name` what it is remembered by here. */
export async function send(file, name, about, tell = () => {}) {
  const key = `upload ${name}`;
  const metadata = Object.entries(about).map(([of, value]) => `${of} ${encoded(value)}`).join(",");
  let url = localStorage.getItem(key);
  for (let failed = 0; ; ) {
    try {
      let headers = null;
      if (url) headers = await asked("HEAD", url, {}).catch((error) => (isGone(error) ? null : Promise.reject(error)));
      if (!headers) {
        headers = await asked("POST", "/media/api/uploads", { "Upload-Length": file.size, "Upload-Metadata": metadata });
        url = headers.get("Location");
        localStorage.setItem(key, url);
      }
      let offset = Number(headers.get("Upload-Offset") ?? 0);
      while (offset < file.size) {
        headers = await patch(url, offset, file.slice(offset, offset + PIECE), tell);
        offset = Number(headers.get("Upload-Offset"));
        failed = 0;
      }
      tell(file.size);
      localStorage.removeItem(key);
      return headers;
    } catch (error) {
      if (isGone(error)) localStorage.removeItem(key);
      else if (!mayPass(error)) throw error;
      if (isGone(error)) url = null;
      await rest(PAUSES_MS[Math.min(failed, PAUSES_MS.length - 1)]);
      failed += 1;
    }
  }
}

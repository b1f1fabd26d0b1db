// Requests to the box. Turns its problem answers into errors with a sentence for people, and keeps
// the box's own time (from the `Date` header), since signatures are dated in the box's time.

import { texts } from "./texts.js";

const t = await texts("shared");

let offset = 0;

/** The box's time in milliseconds, as far as its last answer told. */
export function nodeNow() {
  return Date.now() + offset;
}

/** An answer that is not a success. `problem` is the whole answer, for callers that look closer. */
export class ApiError extends Error {
  constructor(status, problem) {
    super(problem.detail ?? problem.error ?? problem.title ?? t("js-api-failed"));
    this.status = status;
    this.problem = problem;
  }

  /** Whether the very same request may succeed later: after the person signed in again, after others' requests, or once the box works. */
  get isPassing() {
    return this.status >= 500 || [401, 408, 429].includes(this.status);
  }
}

/** No answer at all: it may or may not have happened. */
export class NoAnswer extends Error {
  constructor() {
    super(t("js-api-no-answer"));
    this.status = 0;
  }
}

export async function request(method, path, { json, headers = {}, body, signal } = {}) {
  const init = { method, headers: { accept: "application/json", ...headers }, signal };
  if (json !== undefined) {
    init.headers["content-type"] = "application/json";
    init.body = JSON.stringify(json);
  } else if (body !== undefined) {
    init.body = body;
  }
  const response = await ask(path, init);
  const date = Date.parse(response.headers.get("date") ?? "");
  if (Number.isFinite(date)) keepTime(date);
  const answer = await readAnswer(response);
  if (!response.ok) throw new ApiError(response.status, answer ?? {});
  return answer;
}

/** A page of the box as it is now, parsed; null if the box doesn't show it. `cache` as in `fetch`. */
export async function page(path, { cache } = {}) {
  const response = await ask(path, { headers: { accept: "text/html" }, ...(cache && { cache }) });
  if (!response.ok) return null;
  const html = await response.text().catch(() => {
    throw new NoAnswer();
  });
  return new DOMParser().parseFromString(html, "text/html");
}

/** The box's answer, whatever it says. `init` as in `fetch`. */
export async function ask(path, init = {}) {
  try {
    return await fetch(path, { credentials: "same-origin", cache: "no-store", ...init });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new NoAnswer();
  }
}

// The header has whole seconds: within one, this device's own clock is as good.
function keepTime(date) {
  const difference = date + 500 - Date.now();
  if (Math.abs(difference - offset) > 1500) offset = Math.abs(difference) > 1500 ? difference : 0;
}

async function readAnswer(response) {
  if (!(response.headers.get("content-type") ?? "").includes("json")) return null;
  try {
    return await response.json();
  } catch {
    throw new NoAnswer();
  }
}

export const get = (path, options) => request("GET", path, options);
export const post = (path, json, options) => request("POST", path, { json, ...options });

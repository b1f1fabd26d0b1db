// Canonical JSON (RFC 8785). JavaScript's own JSON.stringify writes numbers and strings as the RFC
// asks; what is left is the order of keys, by UTF-16 code units, and refusing what JSON cannot hold.

import { utf8 } from "./base.js";

export function canonical(value) {
  if (value === null || typeof value === "boolean") return JSON.stringify(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new RangeError("no JSON number");
    return JSON.stringify(value);
  }
  if (typeof value === "string") {
    utf8(value); // refuses half a character
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "object") {
    const members = Object.keys(value)
      .sort()
      .map((key) => `${canonical(key)}:${canonical(value[key])}`);
    return `{${members.join(",")}}`;
  }
  throw new TypeError(`no JSON: ${typeof value}`);
}

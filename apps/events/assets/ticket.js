// A ticket's compact form (docs/exchanges.md): parses it and restores the text that the event signed. Pure except for
// WebCrypto.

import { fromBase32, fromHex, toBase58, toHex, utf8 } from "../js/base.js";

const PREFIX = "MJT1";
const BYTES = 158;

/** Parses a code; null if it isn't a ticket. */
export function readCode(code) {
  const text = code.trim().toUpperCase();
  if (!text.startsWith(PREFIX)) return null;
  let bytes;
  try {
    bytes = fromBase32(text.slice(PREFIX.length).toLowerCase(), "abcdefghijklmnopqrstuvwxyz234567");
  } catch {
    return null;
  }
  if (bytes.length !== BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const did = (at) => `did:imajin:${toBase58(bytes.slice(at, at + 32))}`;
  const ticket = {
    event: did(0),
    holder: did(32),
    issue: view.getUint16(86),
    issuedAt: new Date(view.getUint16(88) * 2 ** 32 + view.getUint32(90)).toISOString(),
    seat: toHex(bytes.slice(76, 84)),
    ticket: `tkt_${toHex(bytes.slice(64, 76))}`,
    type: view.getUint16(84),
    v: 1,
  };
  // Members are in canonical JSON order and need no escaping.
  return { ticket, text: JSON.stringify(ticket), signature: bytes.slice(94) };
}

/** Whether one of an event's keys (64 hex digits each) signed the ticket. */
export async function isSigned({ text, signature }, keys) {
  for (const hex of keys) {
    const key = await crypto.subtle.importKey("raw", fromHex(hex), "Ed25519", false, ["verify"]);
    if (await crypto.subtle.verify("Ed25519", key, signature, utf8(text))) return true;
  }
  return false;
}

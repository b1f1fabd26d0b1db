// Signed commands: builds the proof of will (docs/format.md §3), sends it, and sends it again the
// right way: the very same proof when no answer came, a newly signed one when the box says that
// another came between. Every write of these pages goes through here.

import { ApiError, NoAnswer, get, nodeNow, request } from "./api.js";
import { concat, toBase64, toBase64url, utf8 } from "./base.js";
import { Link, encode } from "./cbor.js";
import { cborCid, cidText, rawCid } from "./cid.js";
import { canonical } from "./jcs.js";
import { NoKey, signBytes } from "./key.js";
import { checkNode } from "./node.js";
import { texts } from "./texts.js";

const t = await texts("shared");

const ATTEMPTS = 4;

/**
 * What a command is made of; everything but `service` and `op` may be left out. `to` are the owners of the other records in which it has
 * consequences: those that the fact names as `dids`, unless the command names others.
 */
function complete(command) {
  return { ref: null, body: null, fact: null, to: command.fact?.dids ?? [], ...command };
}

/** A body with its salt, ready to be signed: the same body is used for every attempt. */
export function salted(body) {
  return body ? { ...body, salt: crypto.getRandomValues(new Uint8Array(16)) } : null;
}

/** A value as dag-json, as bodies travel. */
export function dagJson(value) {
  if (value instanceof Uint8Array) return { "/": { bytes: toBase64(value) } };
  if (value instanceof Link) return { "/": cidText(value.bytes) };
  if (Array.isArray(value)) return value.map(dagJson);
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, dagJson(item)]));
  }
  return value;
}

/** The compact JWS for a command at a place in the log, and the CID that the next proof names. */
export async function sign(signer, command, place) {
  const payload = {
    v: 1,
    aud: place.node,
    did: signer.owner ?? signer.did,
    service: command.service,
    op: command.op,
    ref: command.ref,
    body: command.body && cidText(await cborCid(command.body)),
    fact: command.fact,
    to: command.to,
    seen: place.seen,
    after: place.after,
    // A delegate is known by the delegation, not by a chain.
    chain: signer.owner ? null : place.chain,
    iat: Math.floor(nodeNow() / 1000),
    ...(signer.owner && place.via ? { via: place.via } : {}),
  };
  const bytes = utf8(canonical(payload));
  const header = { alg: "EdDSA", kid: `${signer.did}#${signer.keyId}`, typ: "mjn:proof" };
  const signed = utf8(`${toBase64url(utf8(canonical(header)))}.${toBase64url(bytes)}`);
  const signature = await signBytes(signer.sign, signed);
  const jws = new TextDecoder().decode(concat(signed, utf8("."), utf8(toBase64url(signature))));
  return { jws, after: cidText(await rawCid(bytes)) };
}

/**
 * Asks for something by its REST address. Where the box answers what is to be signed for it, and that is `op`, signs
 * exactly that and asks again. A signer without a key gets what the box may do for them.
 */
export async function agree(signer, op, method, path, json = {}) {
  const what = JSON.stringify([signer.did, op, method, path, json]);
  if (unanswered.has(what)) return entered(signer, unanswered.get(what), what);
  let want;
  try {
    return await request(method, path, { json });
  } catch (error) {
    want = error instanceof ApiError && error.status === 403 ? error.problem.sign : null;
    if (want && want.did !== signer.did) throw new Error(t("js-proof-somebody-else"));
    if (want?.op !== op) throw error;
    if (!signer.sign) throw new NoKey();
  }
  const body = salted(want.body);
  const command = complete({ service: op.split(".")[0], op, ref: want.ref, fact: want.fact, to: want.to, body });
  const whole = body ? { ...json, salt: dagJson(body.salt) } : json;
  return entered(signer, { method, path, json: whole, command }, what);
}

/** Where the log is now: what the next proof of this key must name. For a delegate that depends on the operation. */
export async function placeOf(signer, op = null) {
  const query = new URLSearchParams({ kid: `${signer.did}#${signer.keyId}`, ...(signer.owner && op ? { op } : {}) });
  const place = await get(`/auth/api/head/${encodeURIComponent(signer.owner ?? signer.did)}?${query}`);
  await checkNode(place.node);
  return place;
}

/**
 * Signs and sends one command. `signer` is `{did, keyId, sign}`, with `owner` where they act for somebody who let them;
 * without a key (`sign: null`), the box is asked to sign. `place` is given for a genesis only; otherwise the box is asked.
 * `headers` go along. `path` is another address than the command's own, `json` what that one takes instead of the body.
 */
export async function submit(signer, draft, { place = null, headers = {}, path = `/${draft.service}/api/commands/${draft.op}`, json } = {}) {
  if (!signer.sign) return ask(draft, headers, path, json);
  const what = JSON.stringify([signer.did, path, dagJson(draft), json]);
  const command = complete({ ...draft, body: salted(draft.body) });
  const sealed = command.body && encode(command.body).length;
  if (sealed > 1024 * 1024) throw new RangeError(t("js-proof-large"));
  const order = { method: "POST", path, json: json ?? (command.body && dagJson(command.body)), command, place };
  return entered(signer, { ...(unanswered.get(what) ?? order), headers }, what);
}

/** Asks the box to enter a command with the key that it keeps for this person. */
async function ask(draft, headers, path, json = draft.body && dagJson(draft.body)) {
  const query = new URLSearchParams();
  if (draft.ref) query.set("ref", draft.ref);
  if (draft.fact) query.set("fact", canonical(draft.fact));
  const options = json ? { headers, json } : { headers };
  try {
    return await request("POST", query.size ? `${path}?${query}` : path, options);
  } catch (error) {
    throw error instanceof ApiError && error.status === 403 && error.problem.sign ? new NoKey() : error;
  }
}

// Only a 409 that says where the log is now, elsewhere than we thought, asks for another signature; so do keys that another device has
// changed, and a signature that has grown too old since it was sent. Any other conflict (a name that is taken) is an answer.
function wantsNewSignature(error, here) {
  if (!(error instanceof ApiError)) return false;
  return ["chain", "iat"].includes(error.problem.field) || (error.status === 409 && "after" in error.problem && error.problem.after !== here.after);
}

/**
 * What was sent and never answered, by what was asked for: it may have been entered. Asking for the same again sends the
 * same proof, which counts once.
 */
const unanswered = new Map();

/** Sends an order until it is answered, with a new signature where another command came between. */
async function entered(signer, { jws = null, here = null, ...order }, what) {
  here ??= order.place ?? (await placeOf(signer, order.command.op));
  for (let attempt = 1; ; attempt += 1) {
    jws ??= (await sign(signer, order.command, here)).jws;
    unanswered.set(what, { ...order, jws, here });
    try {
      const answer = await send(order, jws);
      unanswered.delete(what);
      return answer;
    } catch (error) {
      if (isUnknown(error)) throw error;
      unanswered.delete(what);
      if (!wantsNewSignature(error, here) || order.place || attempt >= ATTEMPTS) throw error;
      // To a person whose session has ended, only the refusal of what they signed says where the log is.
      const { after, head } = error.problem;
      here = { ...(await placeOf(signer, order.command.op)), ...(head && { after, seen: head }) };
      jws = null;
    }
  }
}

// Nobody knows whether it arrived.
const isUnknown = (error) => error instanceof NoAnswer || error.status === 503;

async function send({ method, path, json, headers }, jws) {
  const options = { headers: { ...headers, "MJN-Proof": jws } };
  if (json) options.json = json;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await request(method, path, options);
    } catch (error) {
      // The same proof again is safe: it counts once.
      if (!isUnknown(error) || attempt >= ATTEMPTS) throw error;
      await new Promise((wake) => setTimeout(wake, 400 * attempt));
    }
  }
}

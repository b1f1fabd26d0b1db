// The protocol's own client sends files to a node whose plug is pulled again and again. Every file arrives, byte for byte, and
// no offset that the node acknowledged is lost. A seed and what the client sees decide when the plug is pulled, never time.

import { createHash, createPrivateKey, sign } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Upload } from "tus-js-client";
import { toBase32 } from "../../apps/www/shared/js/base.js";
import { cidText, rawCid } from "../../apps/www/shared/js/cid.js";
import { Box, imajin, secondVerifier } from "../browser/lib/box.mjs";
import { Checks, expect } from "../browser/lib/check.mjs";
import { Random } from "../browser/lib/random.mjs";

const KILLS = Number(process.env.IMAJIN_KILLS ?? 100);
const SEED = 7;
/** Uploads at once, as the page has. */
const AT_ONCE = 3;
const FILE_BYTES = [1, 6_000_000];
/** Of one request. The last one sends a whole file. */
const PART_BYTES = [100_000, 700_000, 2_500_000, Infinity];
/** How many of each event pass before the plug is pulled. */
const EVENTS = { sent: [1, 4_000_000], begun: [1, 2], acknowledged: [1, 6] };
/** The client tries again each half second, for two minutes without progress. */
const RETRY_MS = Array(240).fill(500);
/** What a private key of Ed25519 begins with (RFC 8410). */
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");

const t = new Checks();
const random = new Random(SEED);
const folder = await mkdtemp(join(tmpdir(), "imajin-tus-"));
const key = join(folder, "me.json");
const env = { IMAJIN_KNOWN_NODES: join(folder, "nodes") };
let box = await Box.start(join(folder, "data"));
let kills = 0;
let pulling = null;

const whole = ([low, high]) => Math.floor(random.between(low, high));
const sha256 = (bytes) => createHash("sha256").update(bytes).digest();
const command = (...args) => imajin([...args, "--node", box.url, "--key", key], { env });

/** What the next kill waits for. */
let next = null;
function draw() {
  const event = random.pick(Object.keys(EVENTS));
  next = { event, left: whole(EVENTS[event]) };
}
draw();

/** Something happened: the plug may be pulled now. */
function happened(event, amount = 1) {
  if (pulling || kills === KILLS || event !== next.event) return;
  next.left -= amount;
  if (next.left > 0) return;
  pulling = box.kill().then(async () => {
    kills += 1;
    draw();
    box = await box.again();
    pulling = null;
  });
}

async function ask(path, { token, json } = {}) {
  const headers = { ...(token && { authorization: `Bearer ${token}` }), ...(json && { "content-type": "application/json" }) };
  const answer = await fetch(box.url + path, { method: json ? "POST" : "GET", headers, body: json && JSON.stringify(json) });
  expect(answer.ok, `${path}: ${answer.status} ${answer.ok ? "" : await answer.text()}`);
  return answer;
}

/** Makes a key, claims the box with it, and signs in. */
async function signIn() {
  await imajin(["key", "new", "--key", key], { env });
  await command("register", "--claim", box.code);
  const { did, ed25519 } = JSON.parse(await readFile(key, "utf8"));
  const { challengeId, challenge } = await (await ask("/auth/api/challenge", { json: { id: did } })).json();
  const seed = createPrivateKey({ key: Buffer.concat([PKCS8, Buffer.from(ed25519, "hex")]), format: "der", type: "pkcs8" });
  const signature = sign(null, Buffer.from(challenge), seed).toString("hex");
  const { token } = await (await ask("/auth/api/authenticate", { json: { id: did, challengeId, signature } })).json();
  return { did, token };
}

/** Bytes that a seed repeats. They begin like a JPEG. */
function fileOf(number) {
  const own = new Random(SEED * 1000 + number);
  const bytes = Buffer.alloc(whole(FILE_BYTES));
  for (let at = 0; at + 4 <= bytes.length; at += 4) bytes.writeUInt32LE(Math.floor(own.next() * 2 ** 32), at);
  Buffer.from([0xff, 0xd8, 0xff, 0xe0]).copy(bytes);
  return bytes;
}

/** Sends a file by the client; answers what the node says of it at the end. */
function send(me, name, bytes, lost) {
  let [sent, acknowledged, told] = [0, 0, null];
  return new Promise((resolve, reject) => {
    const upload = new Upload(bytes, {
      endpoint: `${box.url}/media/api/uploads`,
      headers: { authorization: `Bearer ${me.token}` },
      metadata: { filename: name, sign: "1" },
      chunkSize: random.pick(PART_BYTES),
      retryDelays: RETRY_MS,
      onUploadUrlAvailable: () => happened("begun"),
      onProgress: (now) => {
        // After a break it counts from the offset again.
        happened("sent", Math.max(0, now - sent));
        sent = now;
      },
      onChunkComplete: (_, offset) => {
        acknowledged = offset;
        happened("acknowledged");
      },
      onAfterResponse: (request, response) => {
        const offset = Number(response.getHeader("upload-offset"));
        if (request.getMethod() === "HEAD" && response.getStatus() === 200 && offset < acknowledged) lost.push(`${name} was at ${acknowledged}, and is at ${offset}`);
        told = { cid: response.getHeader("x-media"), kind: JSON.parse(response.getHeader("x-facts") ?? "{}").kind };
      },
      onError: (error) => reject(new Error(`${name}: ${error}`)),
      onSuccess: () => resolve(told),
    });
    upload.start();
  });
}

const files = [];
let me = null;

async function sending() {
  me = await signIn();
  const lost = [];
  let number = 0;
  const sendSome = async () => {
    while (kills < KILLS) {
      const name = `file-${(number += 1)}.jpg`;
      const bytes = fileOf(number);
      const told = await send(me, name, bytes, lost);
      const cid = cidText(await rawCid(bytes));
      expect(told.cid === cid, `${name} is ${told.cid} there, and ${cid} here`);
      files.push({ name, cid, kind: told.kind, bytes: bytes.length, sha256: sha256(bytes).toString("hex") });
      await pulling;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sendSome));
  await pulling;
  expect(lost.length === 0, lost.join("\n"));
  console.log(`        ${files.length} files, ${files.reduce((sum, { bytes }) => sum + bytes, 0)} bytes`);
}

async function adding() {
  for (const { name, cid, kind, bytes } of files) {
    const id = `ast_${toBase32(sha256(["mjn:asset", me.did, cid, "0"].join("\0"))).slice(0, 26)}`;
    const [body, fact] = [{ name, kind, bytes }, { media: [cid], n: 0 }];
    await command("put", "media", "media.add", JSON.stringify(body), "--ref", id, "--fact", JSON.stringify(fact));
  }
  const found = [];
  for (let more = true; more; ) {
    const page = await (await ask(`/media/api/assets?limit=100&offset=${found.length}`, me)).json();
    found.push(...page.assets);
    more = page.hasMore;
  }
  expect(found.length === files.length, `${found.length} of ${files.length} files are there`);
  for (const { filename, url } of found) {
    const bytes = Buffer.from(await (await ask(url, me)).arrayBuffer());
    const { sha256: sent } = files.find(({ name }) => name === filename);
    expect(sha256(bytes).toString("hex") === sent, `${filename} has other bytes`);
  }
}

async function verifying() {
  const copy = join(folder, "copy.tar");
  await command("export", "--to", copy);
  await imajin(["verify", copy], { env });
  await secondVerifier([copy]);
  await box.stop();
  await imajin(["doctor", "--data", box.data], { env });
}

try {
  await t.check(`the client sends every file, while the plug is pulled ${KILLS} times`, sending);
  if (!t.failed) await t.check("every file is there once, with the SHA-256 that it had", adding);
  if (!t.failed) await t.check("both verifiers find the copy whole, and the box is in order", verifying);
} finally {
  await pulling?.catch(() => {});
  box.process.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
}
console.log(`\n${t.summary()}`);
process.exitCode = t.failed > 0 ? 1 : 0;

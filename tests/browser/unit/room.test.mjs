// The page's checks of a conversation, against the vectors that the node and the independent verifier have to pass, too; and its cryptography,
// against those and against RFC 9180.

import assert from "node:assert/strict";
import { test } from "node:test";
import { concat, fromHex, toHex, utf8 } from "../../../apps/www/shared/js/base.js";
import { asset } from "../lib/assets.mjs";
import { file, knownOf, readCases, secretOf, shownOf } from "../lib/cases.mjs";

const hpke = await asset("chat/room/hpke.js");
const { PROBLEMS } = await asset("chat/room/rules.js");
const seal = await asset("chat/room/seal.js");
const { begin, verify } = await asset("chat/room/verify.js");

// Other cases than the repository's, written by tests/verifier/test/room_changes.py.
const changed = process.env.IMAJIN_VECTORS ? readCases(process.env.IMAJIN_VECTORS) : file;

/** Returns a report in the file's format. */
function plain(report) {
  const finding = (one) => one && [one.seq, one.code];
  return {
    stop: finding(report.stop),
    voids: report.voids.map(finding),
    renew: finding(report.renew),
    head: report.head && [report.head.seq, report.head.cid],
    sealed: report.sealed,
    epoch: report.epoch,
    turns: report.turns,
    members: Object.fromEntries(report.members),
    messages: report.messages.map((one) => [one.seq, one.state, one.signed, one.said?.kind ?? null, one.said?.text ?? null]),
    newer: report.newer,
  };
}

for (const one of changed.cases) {
  test(`conversation: ${one.name}`, async () => {
    const report = plain(await verify(shownOf(one, changed), await knownOf(one)));
    assert.deepEqual(report, one.report);
    const found = report.stop ?? report.voids[0] ?? report.renew;
    if (one.rules.length) assert.equal(PROBLEMS[found[1]].rule, one.rules[0]);
  });
}

test("a conversation that is read in two parts is what it is in one", async () => {
  let compared = 0;
  for (const one of file.cases) {
    const shown = shownOf(one, file);
    const known = await knownOf(one);
    for (let n = known.partial ? shown.rows.length - 1 : 1; n < shown.rows.length; n += 1) {
      const reading = await begin({ ...shown, rows: shown.rows.slice(0, n), reads: [] }, known);
      // A partial reading without the rows that the reader saw, or without the deletion of a missing body, is never shown alone.
      if (reading.report.stop) continue;
      const report = await reading.more({ rows: shown.rows.slice(n), reads: shown.reads });
      assert.deepEqual(plain(report), one.report, `${one.name}, ${n} rows first`);
      compared += 1;
    }
  }
  assert.ok(compared > 100, `${compared}`);
});

test("an own log continues from the kept part", async () => {
  const one = file.cases.find(({ name }) => name === "new-phone");
  const [shown, known] = [shownOf(one, file), await knownOf(one)];
  const { own } = await verify({ ...shown, own: shown.own.slice(0, 2) }, known);
  const kept = structuredClone(own.kept());
  const report = await verify({ ...shown, own: shown.own.slice(2) }, { ...known, own: kept });
  assert.deepEqual(plain(report), one.report);
  const again = await verify({ ...shown, own: shown.own.slice(1) }, { ...known, own: kept });
  assert.equal(again.stop.code, "own-gap");
  const nothingNew = await verify({ ...shown, own: [] }, { ...known, own: kept });
  assert.notEqual(nothingNew.stop?.code, "own-gap", "what was kept is a log");
  const empty = await verify({ ...shown, own: [] }, known);
  assert.equal(empty.stop.code, "own-gap", "a log without an entry");
  const stranger = { ...known, secrets: known.secrets.slice(0, 0), kept: [[1, report.secrets.get(1)]] };
  const { messages } = await verify({ ...shown, own: null }, { ...stranger, chains: {} });
  assert.equal(messages[0].said.text, "under the old key", "a secret that was kept opens without a key");
});

test("a chain that is shown again continues the one before", async () => {
  const one = file.cases.find(({ name }) => name === "dm");
  const [shown, known] = [shownOf(one, file), await knownOf(one)];
  const reading = await begin(shown, known);
  assert.equal((await reading.more({ chains: shown.chains })).stop, null);
  const [[did], [, other]] = Object.entries(shown.chains);
  assert.equal((await reading.more({ chains: { [did]: other } })).stop.code, "other-chain");
  assert.equal((await reading.more({})).stop.code, "other-chain", "a stop is the last word");
});

test("nothing that a box shows makes the verification throw", async () => {
  const one = file.cases.find((one) => one.name === "group");
  const known = await knownOf(one);
  for (let round = 0; round < 200; round += 1) {
    const shown = shownOf(one, file);
    // No successor names the newest header: its time is the node's claim.
    const row = shown.rows[round % (shown.rows.length - 1)];
    const bytes = row[["header", "cause", "body"][round % 3]];
    if (!bytes) continue;
    bytes[(round * 37) % bytes.length] ^= 1 + (round % 255);
    const { stop } = await verify(shown, known);
    assert.ok(stop, `round ${round}`);
  }
});

test("an epoch's secret reaches its key, for its place alone", async () => {
  const v = file.crypto.wrap;
  const secret = await secretOf(v.private);
  assert.equal(toHex(secret.publicKey), v.key);
  assert.equal(toHex(await seal.checkOf(fromHex(v.secret), v.log, v.epoch)), v.check);
  const what = { ...v, key: fromHex(v.key), check: fromHex(v.check) };
  assert.equal(toHex(await seal.openWrap(what, secret, fromHex(v.wrapped))), v.secret);
  const again = await seal.wrap(what, fromHex(v.secret));
  assert.equal(again.length, seal.WRAP_BYTES);
  assert.equal(toHex(await seal.openWrap(what, secret, again)), v.secret);
  for (const other of [{ epoch: 4 }, { log: v.maker }, { maker: v.log }, { member: v.log }, { check: new Uint8Array(32) }]) {
    assert.equal(await seal.openWrap({ ...what, ...other }, secret, fromHex(v.wrapped)), null);
  }
});

test("a box opens where it belongs", async () => {
  const v = file.crypto.box;
  const sealed = { nonce: fromHex(v.nonce), commit: fromHex(v.commit), box: fromHex(v.box) };
  const secret = fromHex(v.secret);
  assert.equal(new TextDecoder().decode(await seal.open(secret, v, sealed)), v.text);
  assert.deepEqual(await seal.seal(secret, v, utf8(v.text), sealed.nonce), sealed);
  for (const other of [{ re: null }, { id: "msg_c" }, { sender: v.log }, { epoch: 2 }, { log: v.sender }, { name: v.log }]) {
    assert.equal(await seal.open(secret, { ...v, ...other }, sealed), null);
  }
  assert.equal(await seal.open(secret, v, { ...sealed, commit: new Uint8Array(32) }), null);
});

test("padding has one form", () => {
  assert.equal(seal.pad(new Uint8Array(252)).length, 256);
  assert.equal(seal.pad(new Uint8Array(253)).length, 512);
  assert.throws(() => seal.pad(new Uint8Array(32_765)));
  const padded = seal.pad(utf8("text"));
  assert.deepEqual(seal.unpad(padded), utf8("text"));
  padded[255] = 1;
  for (const bad of [padded, new Uint8Array(255), new Uint8Array(3), concat(seal.pad(utf8("x")), new Uint8Array(256))]) {
    assert.throws(() => seal.unpad(bad));
  }
});

test("a keyring and the number that two people compare", async () => {
  const v = file.crypto.ring;
  const secret = await secretOf(v.private);
  const sealed = { nonce: fromHex(v.nonce), commit: fromHex(v.commit), box: fromHex(v.box) };
  const [[log, epoch, one]] = await seal.openRing(secret, v.did, fromHex(v.wrapped), sealed);
  assert.deepEqual([[log, epoch, toHex(one)]], v.secrets);
  assert.equal(await seal.openRing(secret, log, fromHex(v.wrapped), sealed), null);
  const ring = await seal.sealRing(fromHex(v.ring), v.did, [[log, epoch, one]], sealed.nonce);
  assert.deepEqual(ring, sealed);
  const wrapped = await seal.wrapRing(fromHex(v.ring), v.did, secret.publicKey);
  assert.equal((await seal.openRing(secret, v.did, wrapped, ring)).length, 1);
  const n = file.crypto.number;
  assert.deepEqual(await seal.number(n.one, n.other), n.groups);
  assert.deepEqual(await seal.number(n.other, n.one), n.groups);
  const [mine, theirs] = file.cases.at(-1).numbers;
  assert.notDeepEqual(mine, theirs);
});

test("HPKE as in RFC 9180, A.1.1", async () => {
  const info = fromHex("4f6465206f6e2061204772656369616e2055726e");
  const aad = utf8("Count-0");
  const plainText = utf8("Beauty is truth, truth beauty");
  const own = await secretOf("52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736");
  const theirs = await secretOf("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8");
  const enc = "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431";
  const text = "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a";
  assert.equal(toHex(theirs.publicKey), "3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d");
  const sealed = await hpke.seal(theirs.publicKey, info, aad, plainText, { aead: 1, ephemeral: own });
  assert.equal(toHex(sealed), enc + text);
  assert.deepEqual(await hpke.open(theirs, info, aad, sealed, { aead: 1 }), plainText);
  await assert.rejects(hpke.open(theirs, info, utf8("Count-1"), sealed, { aead: 1 }));
  await assert.rejects(hpke.seal(new Uint8Array(32), info, aad, plainText));
});

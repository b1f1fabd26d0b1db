// The cost of a large conversation in a browser: an epoch for 256 people, and a history of IMAJIN_MESSAGES (2 000) on a processor that is slowed by a
// factor of four, like a phone's. Times are compared with others of the same run, since machines differ; the list shows them in milliseconds.

import { expect } from "../lib/check.mjs";
import { longChat, stage } from "../lib/long-chat.mjs";

const MEMBERS = 256;
const EPOCH_BYTES_MAX = 64_000;
/** Maximum time of wraps relative to agreements of the same keys: the rest of a wrap is a dozen hashes and a box. */
const WRAPS_MAX = 20;
const MESSAGES = Number(process.env.IMAJIN_MESSAGES ?? 2_000);
const FEW = 60;
/** Number of messages that a page draws at once. */
const DRAWN = 50;
const SLOWER = 4;
/** Maximum time of a long history relative to a short one. */
const LONGER_MAX = 1.5;
const TAKES = 3;

const middle = (times) => times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)];

/** Creates an epoch for this many people with one key each. Returns its bytes, its milliseconds, and those of as many bare agreements. */
async function makeEpoch(count) {
  const { epochCommand } = await import("/assets/chat/write.js");
  const { encode } = await import("/assets/js/cbor.js");
  const { cborCid, cidText } = await import("/assets/js/cid.js");
  const { toHex } = await import("/assets/js/base.js");
  const { didOf } = await import("/assets/js/key.js");
  const cid = cidText(await cborCid({ v: 1 }));
  const people = new Map();
  const pairs = [];
  for (let n = 0; n < count; n += 1) {
    const pair = await crypto.subtle.generateKey("X25519", false, ["deriveBits"]);
    const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
    pairs.push({ ...pair, raw });
    people.set(didOf(crypto.getRandomValues(new Uint8Array(32))), { states: [{ cid, encryption: [toHex(raw)] }] });
  }
  const [[me]] = people;
  const members = new Map([...people.keys()].map((did) => [did, "member"]));
  const head = { seq: 1, cid };
  const report = { log: me, turns: 1, epoch: 0, sealed: true, head, since: [head], members, people };
  const begun = performance.now();
  const command = await epochCommand(report, me);
  const made = performance.now() - begun;
  const bareBegun = performance.now();
  await Promise.all(
    pairs.map(async ({ raw }) => {
      const own = await crypto.subtle.generateKey("X25519", false, ["deriveBits"]);
      const other = await crypto.subtle.importKey("raw", raw, "X25519", false, []);
      return crypto.subtle.deriveBits({ name: "X25519", public: other }, own.privateKey, 256);
    }),
  );
  return { bytes: encode(command.body).length, made, bare: performance.now() - bareBegun };
}

/** Opens a conversation. Returns the milliseconds until its newest messages are drawn. */
async function opening(page, path) {
  await page.goto(path);
  const opened = await page.waitForFunction(() => globalThis.openedAt, null, { timeout: 120_000 });
  const stopped = await page.locator(".alarm").count();
  expect(stopped === 0, `the page stopped: ${stopped && (await page.locator(".alarm").textContent())}`);
  return opened.jsonValue();
}

/** Opens a new browser with Ada's session, whose page notes when this many messages are drawn, and whose processor is slowed. */
async function slowBrowser(world) {
  const storageState = await world.ada.context().storageState();
  // A service worker's requests can't be answered here.
  const page = await world.person(world.url, { storageState, serviceWorkers: "block" });
  await page.addInitScript((count) => {
    const seen = new MutationObserver(() => {
      if (document.querySelectorAll("#messages .msg").length < count) return;
      seen.disconnect();
      globalThis.openedAt = performance.now();
    });
    seen.observe(document, { childList: true, subtree: true });
  }, DRAWN);
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  return page;
}

/** Returns the milliseconds of a new browser, and of one that opened the conversation before. */
async function openings(world, chat) {
  const page = await slowBrowser(world);
  await page.goto("/chat");
  const path = await stage(page, world.talk, chat);
  const first = await opening(page, path);
  const again = [];
  for (let n = 0; n < TAKES; n += 1) again.push(await opening(page, path));
  await page.context().close();
  return { first, again: middle(again) };
}

export default async function longchat(t, world) {
  const { ada } = world;

  await t.check("an epoch for 256 people is small, and made in time", async () => {
    await ada.goto("/chat");
    const takes = [];
    for (let n = 0; n < TAKES; n += 1) takes.push(await ada.evaluate(makeEpoch, MEMBERS));
    const [made, bare] = [middle(takes.map((one) => one.made)), middle(takes.map((one) => one.bare))];
    const { bytes } = takes[0];
    console.log(`        ${bytes} bytes; ${Math.round(made)} ms, ${MEMBERS} bare agreements ${Math.round(bare)} ms`);
    expect(bytes <= EPOCH_BYTES_MAX, `${bytes} bytes`);
    expect(made <= WRAPS_MAX * bare, `${made} ms against ${bare} ms`);
  });

  await t.unless(world.lacks("a slow processor"), `a history of ${MESSAGES} messages opens as soon as one of ${FEW}, on a slow processor`, async () => {
    const few = await openings(world, await longChat(FEW, FEW / 2));
    const many = await openings(world, await longChat(MESSAGES, MESSAGES / 2));
    for (const [what, { first, again }] of Object.entries({ [FEW]: few, [MESSAGES]: many })) {
      console.log(`        ${what} messages: ${Math.round(again)} ms; in a browser that never saw it ${Math.round(first)} ms`);
    }
    expect(many.again <= LONGER_MAX * few.again, `${many.again} ms against ${few.again} ms`);
  });
}

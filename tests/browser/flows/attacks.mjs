// Every case of tests/vectors/chat.json on the real pages: a simulated lying box answers a page's requests for a conversation, for identity chains
// and for the reader's own log instead of the node, and the page shows the verdict of the file. If the last entry is the lie, a page is opened with
// the entries before it, and is shown the lie while it is open.

import { readFileSync } from "node:fs";
import { file, seen } from "../lib/cases.mjs";
import { expect } from "../lib/check.mjs";
import { LyingBox, chainTo, hasHonestPart } from "../lib/lying-box.mjs";
import { didOf } from "../lib/steps.mjs";

const PAGES_AT_ONCE = 3;
/** A page without scripts, for preparing the browser's storage. */
const BEFORE = "/before-the-page";

/** The expected list, for cases in which it is not one line for each message of the report. */
const SHOWN = {
  // The edit is shown in its message, and the reaction was withdrawn.
  "edits-and-reactions": ["words", "Written with a newer version. Update your box to read it"],
};

const catalogue = readFileSync(new URL("../../../apps/chat/locales/en.ftl", import.meta.url), "utf8");

/** Returns a message of the catalogue without names in it. */
function sentence(id) {
  const text = catalogue.split(`\n${id} = `)[1];
  expect(text !== undefined, `no message ${id}`);
  const [, known, rest] = text.match(/^\{ \$known ->\n +\[yes\] .*\n +\*\[no\] (.*)\n\}(.*)/) ?? [];
  return known === undefined ? text.split("\n")[0] : known + rest;
}

const RENEWALS = { "old-keys-late": "js-renew-late", "no-secret": "js-renew-no-secret" };

/** Returns the expected content of the page for a case, by its report in the file. */
function expected({ name, report }) {
  const { stop, renew, messages } = report;
  const words = SHOWN[name] ?? messages.map(([, state, , , text]) => text ?? sentence(`js-said-${state}`));
  const note = renew && RENEWALS[renew[1]];
  return { code: stop?.[1] ?? null, said: stop && sentence(`js-stop-${stop[1]}`), notes: note ? [sentence(note)] : [], words };
}

/** Returns the actual content of the page. */
const shown = (page) =>
  page.evaluate(() => {
    const texts = (selector) => [...document.querySelectorAll(selector)].map((one) => one.textContent);
    const alarm = document.querySelector("#alarm .alarm");
    return {
      code: alarm?.dataset.code ?? null,
      said: alarm?.querySelector("strong").textContent ?? null,
      notes: texts("#asks .notice"),
      words: texts("#messages .msg .text"),
      writes: !document.querySelector("#compose").hidden,
      failed: texts("#message .bad").join() || null,
    };
  });

/** Waits until the page has checked the entries up to this one, or failed to open. */
const judged = (page, seq) =>
  page.waitForFunction(
    (head) => {
      const { verdict, head: reached } = document.querySelector("#talk").dataset;
      return document.querySelector("#message .bad") || (verdict && (verdict !== "fits" || reached === head));
    },
    String(seq),
  );

/** Stores the reader's keys and memory in the browser, as pages do. */
async function remember(page, { known, signs }, log) {
  await page.goto(BEFORE);
  const { me, name, secrets, sealed, leaders, pin, sent } = known;
  const chains = Object.entries(known.chains).map(([did, cid]) => [did, chainTo(cid)]);
  const isKnown = known.log || pin || sent.length;
  const kept = isKnown && { name, log: known.log ?? log.log, sealed, leaders, pin: seen(pin), sent: sent.map(seen), window: 0, rows: [], secrets: [], covered: [], read: -1 };
  await page.evaluate(
    async ({ me, signs, secrets, kept, chains }) => {
      const { fromHex } = await import("/assets/js/base.js");
      const { importKeys, newSeeds } = await import("/assets/js/key.js");
      const { people } = await import("/assets/js/store.js");
      const { openStore } = await import("/assets/chat/store.js");
      const keysOf = (agree) => importKeys({ sign: fromHex(signs), agree });
      const [first, ...older] = await Promise.all(secrets.map((secret) => keysOf(fromHex(secret))));
      const { sign, keyId, agree } = first ?? { ...(await keysOf(newSeeds().agree)), agree: null };
      const before = older.map(({ agree: key, encryptionKey: publicKey }) => ({ key, publicKey }));
      await people.put({ did: me, name: "Reader", keyId, sign, agree, older: before });
      const store = await openStore(me);
      if (kept) await store.keepConversation(kept);
      for (const [did, tokens] of chains) await store.keepChain(did, tokens);
    },
    { me, signs, secrets, kept, chains },
  );
}

/** Returns the page of Ada's conversation as the node renders it, changed to this reader and conversation, without names. */
function drawn(html, real, { known }, box) {
  const kind = known.name.split(":")[2];
  return html
    .replaceAll(real.did, known.me)
    .replaceAll(real.name, known.name)
    .replaceAll(real.log, box.log)
    .replace(/data-kind="[a-z]+"/, `data-kind="${kind}"`)
    .replace(/<ul id="people" hidden>.*<\/ul>/s, '<ul id="people" hidden></ul>');
}

/** Opens a browser whose node answers, except for the requests that the lying box answers. */
async function readerOf(world, real, one, box) {
  const page = await world.person(world.url, { storageState: real.state, serviceWorkers: "block" });
  // The box sends nothing over the WebSocket.
  await page.routeWebSocket("**/chat/ws", () => {});
  await page.route("**/*", async (route) => {
    const request = route.request();
    const url = new URL(request.url());
    if (url.pathname === BEFORE) return route.fulfill({ contentType: "text/html", body: "<!doctype html><title>Before</title>" });
    if (decodeURIComponent(url.pathname) === `/chat/${box.name}`) {
      const response = await route.fetch({ url: `${url.origin}${real.path}` });
      return route.fulfill({ response, body: drawn(await response.text(), real, one, box) });
    }
    if (url.pathname.startsWith("/assets/")) return route.fulfill(await world.asset(route, url));
    // A page that requests older rows on its own waits for these forever, with the verdict on its rows.
    if (box.lacks(url)) return undefined;
    const json = request.method() === "GET" ? box.answer(url) : undefined;
    if (json === undefined) return route.continue();
    return json ? route.fulfill({ json }) : route.fulfill({ status: 404, contentType: "application/problem+json", json: { status: 404, title: "Not found" } });
  });
  return page;
}

/** One case, from opening its page to its verdict. */
async function tried(world, real, one) {
  const box = await LyingBox.of(one);
  const isInStages = await hasHonestPart(one);
  const page = await readerOf(world, real, one, box);
  try {
    await remember(page, one, box);
    if (isInStages) box.until -= 1;
    await page.goto(`/chat/${box.name}`);
    await judged(page, box.head.seq);
    if (isInStages) {
      const before = await shown(page);
      expect(before.code === null && before.failed === null, `before the last entry: ${JSON.stringify(before)}`);
      box.until += 1;
      await page.evaluate(() => dispatchEvent(new Event("online")));
      await judged(page, box.head.seq);
    }
    const { writes, failed, ...found } = await shown(page);
    const wanted = expected(one);
    expect(failed === null, failed);
    expect(JSON.stringify(found) === JSON.stringify(wanted), `shows ${JSON.stringify(found)}, and not ${JSON.stringify(wanted)}`);
    expect(!(wanted.code && writes), "one can write on");
    return isInStages ? "while it was open" : "at once";
  } finally {
    await page.context().close();
  }
}

export default async function attacks(t, world) {
  const { ada } = world;
  const path = world.talk;
  await ada.goto(path);
  const { name, log } = await ada.locator("#talk").evaluate(({ dataset }) => ({ ...dataset }));
  const real = { path, name, log, did: await didOf(ada), state: { cookies: await ada.context().cookies(), origins: [] } };
  const assets = new Map();
  world.asset = async (route, { href }) => {
    if (!assets.has(href)) {
      const response = await route.fetch();
      const { "content-encoding": _, "content-length": __, ...headers } = response.headers();
      assets.set(href, { status: response.status(), headers, body: await response.body() });
    }
    return assets.get(href);
  };
  const begun = performance.now();
  const left = [...file.cases];
  const next = async () => {
    for (let one = left.shift(); one; one = left.shift()) {
      const what = one.rules.length ? `attack, rule ${one.rules[0]}` : one.by === "nobody" ? "goes well" : "passes";
      await t.check(`${one.name} (${what})`, () => tried(world, real, one));
    }
  };
  await Promise.all(Array.from({ length: PAGES_AT_ONCE }, next));
  console.log(`        ${file.cases.length} cases in ${Math.round((performance.now() - begun) / 1000)} s`);
}

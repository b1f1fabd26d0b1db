// A long sealed conversation of two people, in a simulated box (chat-box.mjs), and a page of a real node that shows it: the page's requests for
// conversations, chains and the reader's own log are answered from the simulation.

import { asset } from "./assets.mjs";
import { Box } from "./chat-box.mjs";

const { toHex } = await asset("js/base.js");
const { newSeeds } = await asset("js/key.js");
const { openWrap } = await asset("chat/room/seal.js");
const { epochCommand, messageCommand, newId } = await asset("chat/write.js");

/** Number of messages under one epoch: the maximum of a page. */
const EPOCH = 1000;

/** Builds a conversation of two people with this many messages, `mine` of them by the reader, evenly distributed: `{box, reader, other}`. */
export async function longChat(count, mine) {
  const box = new Box();
  const seeds = newSeeds();
  const reader = { ...(await box.person({ seeds })), seeds };
  const other = await box.person();
  await box.converse([reader, other]);
  box.looks = false;
  const chat = new Writers(box, [reader, other]);
  let own = 0;
  for (let n = 0; n < count; n += 1) {
    if (n % EPOCH === 0) await chat.epoch(other);
    const isMine = Math.floor(((n + 1) * mine) / count) > own;
    own += isMine ? 1 : 0;
    await chat.say(isMine ? reader : other, `Message ${n}: shall we meet at the old mill at seven?`);
  }
  return { box, reader, other };
}

/** The shared state of both writers, in the format of the rules' reports. */
class Writers {
  constructor(box, people) {
    this.box = box;
    this.people = people;
    const { log } = box.conversation;
    const states = ({ did, keys }) => [{ cid: box.placeOf({ did, keyId: keys.keyId }).chain, encryption: [toHex(keys.encryptionKey)] }];
    this.report = {
      log,
      sealed: true,
      epoch: 0,
      turns: 1,
      members: new Map(people.map(({ did }) => [did, "member"])),
      people: new Map(people.map((one) => [one.did, { states: states(one) }])),
      since: [box.logs.get(log).head],
      head: box.logs.get(log).head,
      secrets: new Map(),
    };
  }

  async #enter(by, command) {
    await this.box.command(by, command);
    this.report.head = this.box.logs.get(this.report.log).head;
  }

  async epoch(by) {
    const { report } = this;
    const command = await epochCommand(report, by.did);
    await this.#enter(by, command);
    report.epoch += 1;
    report.turns += 1;
    report.since = [report.head];
    const { check, members } = command.body;
    const [[key, wrapped]] = members.find(({ did }) => did === by.did).wraps;
    const what = { log: report.log, epoch: report.epoch, maker: by.did, member: by.did, key, check };
    report.secrets.set(report.epoch, await openWrap(what, by.secrets[0], wrapped));
  }

  async say(by, text) {
    const { name } = this.box.conversation;
    await this.#enter(by, await messageCommand(this.report, { me: by.did, name, kind: "dm", id: newId(), message: { type: "text", text } }));
  }
}

/** Makes a page of a person's browser show a conversation of `longChat`. `like` is the path of one of their conversations on the node. */
export async function stage(page, like, { box, reader, other }) {
  const { name, log } = box.conversation;
  const path = `/chat/${name}`;
  const json = (body) => ({ status: 200, contentType: "application/json", body: JSON.stringify(body) });
  await page.route(/\/chat\/did:imajin:/, async (route) => {
    const response = await route.fetch({ url: new URL(like, route.request().url()).href });
    const text = await response.text();
    const said = (attribute) => new RegExp(`data-${attribute}="([^"]*)"`).exec(text)[1];
    const now = [[said("name"), name], [said("log"), log], [said("with"), other.did], [/<html[^>]*data-did="([^"]*)"/.exec(text)[1], reader.did]];
    const body = now.reduce((all, [from, to]) => all.replaceAll(from, to), text);
    await route.fulfill({ response, body });
  });
  const answered = async (route) => {
    const { pathname, search } = new URL(route.request().url());
    if (route.request().method() !== "GET") return route.fulfill({ ...json({}), status: 503 });
    // The simulation has no answer to some requests of the previous page.
    const answer = await box.get(pathname + search).catch(() => null);
    return answer ? route.fulfill(json(answer)) : route.fallback();
  };
  // No messages arrive over the WebSocket.
  await page.routeWebSocket(/\/chat\/ws/, () => {});
  for (const asked of ["**/chat/api/**", "**/auth/api/log/**", "**/auth/api/identity/**"]) await page.route(asked, answered);
  await page.evaluate(
    async ({ did, sign, agree }) => {
      const { importKeys } = await import("/assets/js/key.js");
      const { people } = await import("/assets/js/store.js");
      const keys = await importKeys({ sign: Uint8Array.from(sign), agree: Uint8Array.from(agree) });
      await people.put({ did, ...keys, name: "Reader" });
    },
    { did: reader.did, sign: [...reader.seeds.sign], agree: [...reader.seeds.agree] },
  );
  return path;
}

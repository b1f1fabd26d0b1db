// Clients that others wrote speak MCP with a box, over HTTP and over standard input, in each revision that they know: they discover,
// list, write and read for a person, learn why they may do no more, and are refused once the person ends them.

import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { Box, imajin, PROGRAM, PYTHON, secondVerifier } from "../browser/lib/box.mjs";
import { Checks, expect } from "../browser/lib/check.mjs";
import { makeDelegate } from "../browser/lib/delegate.mjs";

const [CURRENT, PREVIOUS] = ["2026-07-28", "2025-11-25"];
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const typescript = (sdk) => [process.execPath, here("typescript.mjs"), sdk];
const CLIENTS = [
  { name: "Python’s mcp", command: [PYTHON, here("python.py")], revisions: [CURRENT, PREVIOUS] },
  { name: "@modelcontextprotocol/client", command: typescript("client"), revisions: [CURRENT, PREVIOUS] },
  { name: "@modelcontextprotocol/sdk", command: typescript("sdk"), revisions: [PREVIOUS] },
  { name: "rmcp", command: [here("../../target/mcp/debug/imajin-rmcp")], revisions: [CURRENT, PREVIOUS] },
];
const SCOPE = ["links.read", "links.put"];
/** Longest wait for a line of a client. */
const LINE_MS = 60_000;

const t = new Checks();
const folder = await mkdtemp(join(tmpdir(), "imajin-mcp-"));
const key = join(folder, "me.json");
const env = { IMAJIN_KNOWN_NODES: join(folder, "nodes") };
const box = await Box.start(join(folder, "data"));
const command = (...args) => imajin([...args, "--node", box.url, "--key", key], { env });
const programs = [];
/** Titles of the links that clients put. */
const titles = [];
let did = null;

/** A client of an SDK, as a process: it reads questions and writes answers, one line each (README.md). */
class Program {
  constructor([program, ...args], token) {
    const all = { ...process.env, ...env, IMAJIN_NODE: box.url, IMAJIN_BIN: PROGRAM, IMAJIN_MCP_TOKEN: token };
    this.process = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"], env: all });
    this.log = "";
    this.process.stderr.on("data", (chunk) => (this.log += chunk));
    for (const part of [this.process, this.process.stdin]) part.on("error", (error) => (this.log += error));
    this.ended = new Promise((resolve) => this.process.once("close", resolve));
    this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
    programs.push(this);
  }

  /** Returns the next line: the first one after the client connected. */
  async line() {
    const { value, done } = await this.wait(this.lines.next());
    expect(!done, `the client ended: ${this.log}`);
    return JSON.parse(value);
  }

  ask(question) {
    this.process.stdin.write(`${JSON.stringify(question)}\n`);
    return this.line();
  }

  list() {
    return this.ask({});
  }

  call(name, values) {
    return this.ask({ name, arguments: values });
  }

  /** Closes its standard input, and waits for its end. */
  async stop() {
    this.process.stdin.end();
    const code = await this.wait(this.ended);
    expect(code === 0, `the client ended with ${code}: ${this.log}`);
  }

  async wait(promise) {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`the client is silent: ${this.log}`)), LINE_MS);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
  }
}

/** Makes a key, and claims the box with it. */
async function register() {
  await imajin(["key", "new", "--key", key], { env });
  await command("register", "--claim", box.code);
  ({ did } = JSON.parse(await readFile(key, "utf8")));
}

/** Connects a helper as the page does. Returns its token, and the CID of its delegation. */
async function connect(label) {
  const { password, body } = makeDelegate(did, "mjn:agents:v1", SCOPE);
  const { cid } = JSON.parse(await command("put", "auth", "auth.delegation.create", JSON.stringify(body), "--json"));
  await command("put", "agents", "agents.name", JSON.stringify({ label }), "--ref", cid);
  return { token: `mjn_${did.split(":").at(-1)}.${password}`, cid };
}

const show = (answer) => JSON.stringify(answer);
const link = (title) => ({
  ref: `itm_${titles.length.toString(16).padStart(24, "0")}`,
  fact: { visibility: "public" },
  body: { title, url: "https://rye.example/" },
});
const items = () => ({ path: `/links/api/items?owner=${did}&limit=100` });

/** Checks what a connected client reports of the box, and which tools it sees. */
async function discover(program, revision) {
  const greeting = await program.line();
  expect(greeting.revision === revision && greeting.server === "imajin", show(greeting));
  expect(greeting.instructions?.includes(did), show(greeting));
  const { tools } = await program.list();
  expect(show(tools) === show(["links_read", "links_put"]), show(tools));
}

async function writeAndRead(program, title) {
  const entered = await program.call("links_put", link(title));
  expect(entered.isError === false && entered.content.entered === "links.put", show(entered));
  titles.push(title);
  const read = await program.call("links_read", items());
  expect(read.isError === false && read.content.quoted.items.some((item) => item.title === title), show(read));
  expect(isDeepStrictEqual(JSON.parse(read.text), read.content), "the text is what the structured content is");
}

/** Checks that the reason of each refusal reaches the client. */
async function refuse(program) {
  const closed = await program.call("links_read", { path: "/auth/api/export" });
  expect(closed.isError === true && closed.text.includes("/auth/api/export"), show(closed));
  const wrong = await program.call("links_put", link(" "));
  expect(wrong.isError === true && wrong.text.includes("title"), show(wrong));
  const uncovered = await program.call("essays_put", {});
  expect(uncovered.error?.includes("essays_put"), show(uncovered));
}

/** Ends a helper: what is connected does nothing any more, and connects no more. */
async function end(program, start, cid) {
  await command("put", "auth", "auth.delegation.end", "--ref", cid);
  for (const refused of [await program.call("links_put", link("Too late")), await program.call("links_read", items())]) {
    expect(refused.error, show(refused));
  }
  const again = start();
  const { error } = await again.line();
  expect(error, "it connects after its end");
  await again.stop();
}

async function judge({ name, command: client }, way, revision) {
  const title = `${name}, ${way}, ${revision}`;
  const { token, cid } = await connect(title);
  const start = () => new Program([...client, way, revision], token);
  const program = start();
  await discover(program, revision);
  await writeAndRead(program, title);
  await refuse(program);
  await end(program, start, cid);
  await program.stop();
}

/** Checks that each client wrote once, and nothing after its end. */
async function verify() {
  const answer = await fetch(box.url + items().path);
  const listed = (await answer.json()).items.map(({ title }) => title);
  expect(show(listed.sort()) === show(titles.sort()), show(listed));
  const copy = join(folder, "copy.tar");
  await command("export", "--to", copy);
  await imajin(["verify", copy], { env });
  await secondVerifier([copy]);
}

try {
  await t.check("a person claims the box", register);
  for (const client of t.failed ? [] : CLIENTS) {
    for (const revision of client.revisions) {
      for (const way of ["http", "stdio"]) {
        await t.check(`${client.name} over ${way} in ${revision}`, () => judge(client, way, revision));
      }
    }
  }
  await t.check("each client wrote once, and both verifiers find the record whole", verify);
} finally {
  for (const { process: child } of [...programs, box]) child.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
}
console.log(`\n${t.summary()}`);
process.exitCode = t.failed > 0 ? 1 : 0;

// A node as a separate process, and the program's other commands: for flows that need two nodes, or kill one.

import { execFile, spawn } from "node:child_process";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const PROGRAM = process.env.IMAJIN_BIN ?? fileURLToPath(new URL("../../../target/debug/imajin", import.meta.url));
export const PYTHON = process.env.IMAJIN_PYTHON ?? "python3";
const TESTS = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

/** Runs `imajin`. Returns its output; throws an error with it on failure. */
export async function imajin(args, { env = {} } = {}) {
  const { stdout } = await run(PROGRAM, args, { env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

/** Runs the second verifier, in another language. */
export async function secondVerifier(args) {
  const { stdout } = await run(PYTHON, ["-m", "verifier", ...args], { cwd: TESTS, maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

/** Returns a free port. */
export const freePort = () =>
  new Promise((found) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => found(port));
    });
  });

export class Box {
  /** Starts a node on a folder, at a given address or a free port, with settings from the environment. */
  static async start(data, listen = "127.0.0.1:0", env = {}) {
    const box = new Box();
    box.data = data;
    box.env = env;
    // The address of the flows' node must not become a setting of this one.
    const settings = { ...process.env, IMAJIN_URL: undefined, TZ: "UTC", ...env };
    box.process = spawn(PROGRAM, ["serve", "--listen", listen, "--data", data], { stdio: ["ignore", "pipe", "pipe"], env: settings });
    box.log = "";
    box.process.stderr.on("data", (chunk) => (box.log += chunk));
    box.ended = new Promise((resolve) => box.process.once("exit", (code) => resolve(code)));
    for await (const line of createInterface({ input: box.process.stdout })) {
      const [name, ...words] = line.trim().split(/\s+/);
      if (name === "node") box.did = words.join(" ");
      if (name === "address") box.url = words.join(" ");
      if (name === "code") box.code = words.join(" ");
      if (name === "ready") break;
    }
    if (!box.url) throw new Error(`the box does not start: ${box.log}`);
    // Reads further output, so that the process never blocks.
    box.process.stdout.resume();
    return box;
  }

  get listen() {
    return new URL(this.url).host;
  }

  /** The address under the name that browsers trust without a certificate. */
  get local() {
    return this.url.replace("127.0.0.1", "localhost");
  }

  /** Kills the process. */
  async kill() {
    this.process.kill("SIGKILL");
    await this.ended;
  }

  /** Stops the process as a service manager would. */
  async stop() {
    this.process.kill("SIGTERM");
    const code = await this.ended;
    if (code !== 0) throw new Error(`the box ended with ${code}: ${this.log}`);
  }

  /** Restarts at the same address, optionally at another time (`+40d`), which the node believes. */
  again({ faketime } = {}) {
    const time = faketime ? { LD_PRELOAD: "/usr/$LIB/faketime/libfaketimeMT.so.1", FAKETIME: faketime, FAKETIME_DONT_FAKE_MONOTONIC: "1", IMAJIN_CLOCK: "always" } : {};
    return Box.start(this.data, this.listen, { ...this.env, ...time });
  }
}

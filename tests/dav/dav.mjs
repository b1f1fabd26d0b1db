// Clients that others wrote use a person's files as a drive: litmus judges the protocol, rclone and davfs2 copy folders there
// and back. What they did is signed under the computer's delegation, and both verifiers find the record whole.

import { execFile } from "node:child_process";
import { access, copyFile, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { Box, imajin, secondVerifier } from "../browser/lib/box.mjs";
import { Checks, expect } from "../browser/lib/check.mjs";
import { makeDelegate } from "../browser/lib/delegate.mjs";
import { Random } from "../browser/lib/random.mjs";

const SUITES = ["basic", "copymove", "props", "locks", "http"];
const SCOPE = ["add", "change", "move", "remove", "folder", "folder.remove"].map((op) => `media.${op}`);
const FILES = 60;

const t = new Checks();
const run = promisify(execFile);
const folder = await mkdtemp(join(tmpdir(), "imajin-dav-"));
const key = join(folder, "me.json");
const env = { IMAJIN_KNOWN_NODES: join(folder, "nodes") };
const box = await Box.start(join(folder, "data"));
const address = `${box.url}/media/dav/`;
const command = (...args) => imajin([...args, "--node", box.url, "--key", key], { env });
let me = null;

/** Runs another program; gives what it said, and whether it was content. */
async function outside(program, args, options = {}) {
  try {
    const { stdout, stderr } = await run(program, args, { maxBuffer: 64 * 1024 * 1024, ...options });
    return { ok: true, said: stdout + stderr };
  } catch (error) {
    return { ok: false, said: `${error.stdout ?? ""}${error.stderr ?? ""}${error.stdout === undefined ? error : ""}` };
  }
}

/** Connects a computer as the page does: a password, the key that follows from it, a delegation, and a name. */
async function connect() {
  await imajin(["key", "new", "--key", key], { env });
  await command("register", "--claim", box.code);
  const { did } = JSON.parse(await readFile(key, "utf8"));
  const { password, body } = makeDelegate(did, "mjn:media:app-password:v1", SCOPE);
  const { cid } = JSON.parse(await command("put", "auth", "auth.delegation.create", JSON.stringify(body), "--json"));
  await command("put", "media", "media.device", JSON.stringify({ label: "Judge" }), "--ref", cid);
  me = { did, cid, user: did.split(":").at(-1), password };
}

async function litmus() {
  for (const suite of SUITES) {
    const { ok, said } = await outside("litmus", ["-k", address, me.user, me.password], { env: { ...process.env, TESTS: suite }, cwd: folder });
    const lines = said.split(/[\r\n]/);
    const summary = lines.filter((line) => /summary|WARNING|FAIL/.test(line)).map((line) => line.trim());
    console.log(`        ${summary.join("\n        ")}`);
    expect(ok, said);
  }
}

/** A folder of files that a seed repeats: some empty, some deep, some with names that need care. */
async function makeFolder(at) {
  const random = new Random(11);
  const names = ["a b.txt", "100 %.txt", "été.jpg", "#1 & 2?.txt", "日本.heic", "(2).txt"];
  for (let number = 0; number < FILES; number += 1) {
    const depth = Math.floor(random.between(0, 4));
    const inside = join(at, ...Array.from({ length: depth }, (_, level) => `level ${level}`));
    await mkdir(inside, { recursive: true });
    const bytes = Buffer.alloc(1 + Math.floor(random.between(0, 200_000)));
    for (let byte = 0; byte < bytes.length; byte += 97) bytes[byte] = Math.floor(random.between(0, 256));
    bytes.writeUInt8(number, 0);
    await writeFile(join(inside, number < names.length ? names[number] : `file-${number}.bin`), bytes);
  }
}

async function rclone() {
  const config = join(folder, "rclone.conf");
  const { said: hidden } = await outside("rclone", ["obscure", me.password]);
  await writeFile(config, `[drive]\ntype = webdav\nurl = ${address}\nvendor = owncloud\nuser = ${me.user}\npass = ${hidden.trim()}\n`);
  const does = async (...args) => {
    const { ok, said } = await outside("rclone", ["--config", config, "--retries", "1", ...args]);
    expect(ok, `rclone ${args.join(" ")}: ${said}`);
    return said;
  };
  const [there, back] = [join(folder, "there"), join(folder, "back")];
  await makeFolder(there);
  await does("sync", there, "drive:sync");
  await does("check", "--download", there, "drive:sync");
  const again = await does("sync", "-v", there, "drive:sync");
  expect(/There was nothing to transfer|Transferred:\s+0 B/.test(again), `the times of files are kept: ${again}`);
  await writeFile(join(there, "a b.txt"), "another text");
  await rm(join(there, "level 0"), { recursive: true, force: true });
  await does("sync", there, "drive:sync");
  await does("check", "--download", there, "drive:sync");
  await does("moveto", "drive:sync", "drive:moved");
  await does("sync", "drive:moved", back);
  await does("check", "--download", "drive:moved", back);
  const { ok, said } = await outside("diff", ["-r", there, back]);
  expect(ok, said);
}

/** The files below a folder, by their paths in it. */
async function filesOf(at) {
  const entries = await readdir(at, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(at, join(entry.parentPath, entry.name)));
}

/** Copies files by their names: davfs2 1.6 can't list a folder on newer kernels, whichever server it has. */
async function copyAll(files, from, to) {
  for (const file of files) {
    await mkdir(dirname(join(to, file)), { recursive: true });
    await copyFile(join(from, file), join(to, file));
  }
}

async function davfs() {
  const [at, secrets, settings] = [join(folder, "mounted"), join(folder, "secrets"), join(folder, "davfs2.conf")];
  await mkdir(at);
  await writeFile(secrets, `${address} "${me.user}" "${me.password}"\n`, { mode: 0o600 });
  await writeFile(settings, `secrets ${secrets}\nuse_locks 1\nask_auth 0\n`);
  const mounted = async (act) => {
    const { ok, said } = await outside("mount", ["-t", "davfs", address, at, "-o", `conf=${settings}`]);
    expect(ok, said);
    // davfs2 sends the rest to the box when it is unmounted.
    await act().finally(() => outside("umount", [at]));
  };
  const [there, back] = [join(folder, "back"), join(folder, "by-davfs")];
  const files = await filesOf(there);
  await mounted(() => copyAll(files, there, join(at, "by davfs")));
  await mounted(() => copyAll(files, join(at, "by davfs"), back));
  const { ok, said } = await outside("diff", ["-r", there, back]);
  expect(ok, said);
}

async function verifying() {
  const copy = join(folder, "copy.tar");
  await command("export", "--to", copy);
  await imajin(["verify", copy], { env });
  await secondVerifier([copy]);
  await box.stop();
  await imajin(["doctor", "--data", box.data], { env });
}

const mayMount = await access("/dev/fuse").then(() => process.getuid() === 0, () => false);
try {
  await t.check("a computer is connected", connect);
  if (!t.failed) await t.check("litmus finds nothing wrong", litmus);
  if (me) await t.check("rclone copies a folder there and back", rclone);
  if (me && mayMount) await t.check("davfs2 copies a folder there and back", davfs);
  if (me) await t.check("both verifiers find the record whole, and the box is in order", verifying);
} finally {
  box.process.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
}
console.log(`\n${t.summary()}`);
process.exitCode = t.failed > 0 ? 1 : 0;

// The page for the card and the options of image/build: the box accepts their output, and would refuse what they refuse.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import vm from "node:vm";

const top = new URL("../../../", import.meta.url).pathname;
const program = process.env.IMAJIN_BIN ?? join(top, "target/debug/imajin");
const page = readFileSync(join(top, "docs/card.html"), "utf8");
const context = vm.createContext({ TextEncoder });
vm.runInContext(page.match(/<script>([\s\S]*)<\/script>/)[1], context);

const wish = (given) => ({ code: "", network: "", password: "", country: "", name: "", ...given });
const GOOD = [
  {},
  { code: "our-box-on-the-shelf" },
  { network: "house", password: "a long password", country: "CA", name: "ada" },
  { network: 'a "\\ \u007f\u0001 #', password: '"\\\\\'#]=  ' },
  { network: "ü".repeat(16), name: "a".repeat(63) },
  { network: "open", name: "a" },
];
const BAD = [
  { code: "our-box" }, { code: "our box on the shelf" }, { code: "------------" }, { code: "unsere-kiste-im-rücken" },
  { network: "ü".repeat(17) }, { network: "n", password: "short" }, { network: "n", password: "x".repeat(64) }, { network: "n", password: "größergrößer" },
  { network: "n", country: "ca" }, { network: "n", country: "CAN" }, { password: "12345678" }, { country: "CA" },
  { name: "Ada" }, { name: "-a" }, { name: "a-" }, { name: "a".repeat(64) }, { name: "a.b" },
];

function box(text) {
  const folder = mkdtempSync(join(tmpdir(), "card-"));
  writeFileSync(join(folder, "imajin.toml"), text);
  const done = spawnSync(program, ["box-settings", "--from", folder, "--to", join(folder, "run")], { encoding: "utf8" });
  assert.notEqual(done.status, null, String(done.error));
  const conf = join(folder, "run/wifi.conf");
  const wifi = existsSync(conf) ? readFileSync(conf, "utf8") : "";
  rmSync(folder, { recursive: true });
  return { status: done.status, said: done.stderr, wifi };
}

function built(one) {
  const folder = mkdtempSync(join(tmpdir(), "card-"));
  const file = join(folder, "password");
  writeFileSync(file, `${one.password}\n`);
  const words = [`--claim-code=${one.code}`, `--wifi-network=${one.network}`, `--country=${one.country}`, `--name=${one.name}`, "--wifi-password-file", file];
  const done = spawnSync("python3", [join(top, "image/settings.py"), ...words], { encoding: "utf8" });
  rmSync(folder, { recursive: true });
  return done;
}

test("what the page and the build write the box takes over as it was typed", () => {
  for (const one of GOOD.map(wish)) {
    assert.equal(context.problemOf(one), "", JSON.stringify(one));
    const build = built(one);
    assert.equal(build.status, 0, build.stderr);
    for (const text of [context.settingsOf(one), build.stdout]) {
      const { status, said, wifi } = box(text);
      assert.equal(status, 0, `${text}${said}`);
      assert.equal(wifi.includes(`ssid=${Buffer.from(one.network).toString("hex")}\n`), one.network !== "", wifi);
      if (one.password) assert.ok(wifi.includes(`psk="${one.password}"\n`), wifi);
    }
  }
});

test("what the page and the build refuse the box refuses", () => {
  for (const one of BAD.map(wish)) {
    assert.notEqual(context.problemOf(one), "", JSON.stringify(one));
    assert.equal(built(one).status, 1, JSON.stringify(one));
    assert.equal(box(context.settingsOf(one)).status, 1, JSON.stringify(one));
  }
});

test("the page needs no network and no other file", () => {
  assert.ok(!/\b(src|href)=|url\(|import |fetch|https?:\/\/(?!NAME\.local)/.test(page));
});

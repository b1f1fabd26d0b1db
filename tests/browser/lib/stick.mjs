// A stick without a stick: a file system in memory, and the machine that mounts it where a node looks (as systemd/stick does), which takes root or
// sudo.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rm, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const asRoot = (...words) => (process.getuid() === 0 ? run(words[0], words.slice(1)) : run("sudo", ["-n", ...words]));

/** A stick in the port `folder`. */
export class Stick {
  constructor(folder, name) {
    Object.assign(this, { name, at: join(folder, "sticks", name), facts: join(folder, "facts", name), request: join(folder, "requests", name) });
  }

  /** `fill` puts on it what it has, before the machine says that it is there. */
  async plug(fill = async () => {}) {
    await mkdir(this.at);
    await asRoot("mount", "-t", "tmpfs", "-o", "size=32m,mode=0777", "tmpfs", this.at);
    this.mounted = true;
    await fill();
    await this.tell("mounted");
  }

  tell(state) {
    return writeFile(this.facts, `state=${state}\nmodel=Flash Drive\nlabel=ADA\nfilesystem=vfat\nwhy=\n`);
  }

  /** A look that the box began before it let the stick go ends in a moment. */
  async unmount(tries = 3) {
    if (!this.mounted) return;
    try {
      await asRoot("umount", this.at);
    } catch (error) {
      if (tries === 1) throw error;
      await new Promise((wake) => setTimeout(wake, 1000));
      return this.unmount(tries - 1);
    }
    this.mounted = false;
  }

  /** Until the box asks for a removal. */
  async asked() {
    while (!existsSync(this.request)) await new Promise((wake) => setTimeout(wake, 50));
  }

  /** What the machine does then. */
  async removal() {
    await rm(this.request);
    await this.unmount();
    await this.tell("removable");
  }

  async pull(tries) {
    await this.unmount(tries);
    await rm(this.facts, { force: true });
    await rmdir(this.at);
  }
}

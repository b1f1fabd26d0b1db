// A simulated stick: a file system in memory, mounted in a node's folder like systemd/stick does, which takes root or sudo.

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

  /** Plugs the stick in. `fill` writes its content before the node can see it. */
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

  /** A read that the node began before it released the stick ends in a moment. */
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

  /** Waits until the node requests a removal. */
  async asked() {
    while (!existsSync(this.request)) await new Promise((wake) => setTimeout(wake, 50));
  }

  /** Runs the machine's part of a removal. */
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

// A registry as a separate process, which carries connections to boxes.

import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { freePort } from "./box.mjs";

const PROGRAM = fileURLToPath(new URL("imajin-registry", `file://${process.env.IMAJIN_BIN ?? fileURLToPath(new URL("../../../target/debug/imajin", import.meta.url))}`));
/** Browsers look for no name below `localhost` elsewhere. */
const DOMAIN = "nodes.localhost";
/** The address that names with a tunnel lead to, as the registry says. */
export const ADDRESS = "192.0.2.1";

export class Registry {
  /** Starts a registry on a folder, at given addresses or free ports: one for boxes, and one for their visitors. `zone` is a name server. */
  static async start(data, { listen = "127.0.0.1:0", visitors = null, zone = null } = {}) {
    const registry = new Registry();
    registry.data = data;
    registry.zone = zone;
    registry.visitors = visitors ?? (await freePort());
    await mkdir(data, { recursive: true });
    const settings = [
      `[directory]\ndomain = "${DOMAIN}"`,
      "[directory.times]\nheartbeat-secs = 1\nstale-after = 100000\nunreachable-after = 100000",
      "[directory.limits]\nnode-registrations-an-hour = 100000\nheartbeats-an-hour = 100000",
      `[tunnel]\nlisten = "127.0.0.1:${registry.visitors}"\naddresses = ["${ADDRESS}"]\nresolver = "${zone?.address ?? ""}"\nmissing-name-secs = 1`,
      `[disk]\nreserve_max_bytes = 268435456`,
    ];
    await writeFile(join(data, "settings.toml"), settings.join("\n"));
    const args = ["serve", "--listen", listen, "--data", data, "--config", join(data, "settings.toml")];
    registry.process = spawn(PROGRAM, args, { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, IMAJIN_LOG: "warn" } });
    registry.ended = new Promise((resolve) => registry.process.once("exit", resolve));
    for await (const line of createInterface({ input: registry.process.stdout })) {
      if (!line.startsWith("listening on ")) continue;
      registry.url = line.slice("listening on ".length);
      break;
    }
    if (!registry.url) throw new Error("the registry does not start");
    registry.process.stdout.resume();
    return registry;
  }

  /** The host name that the registry gives a box of this name, and the address under which visitors reach it. */
  hostOf(name) {
    return `${name}.${DOMAIN}`;
  }

  addressOf(name) {
    return `https://${this.hostOf(name)}:${this.visitors}`;
  }

  async kill() {
    this.process.kill("SIGKILL");
    await this.ended;
  }

  /** Restarts at the same addresses. */
  again() {
    return Registry.start(this.data, { listen: new URL(this.url).host, visitors: this.visitors, zone: this.zone });
  }
}

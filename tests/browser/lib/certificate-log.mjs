// A search of a log of certificates, with the JSON of crt.sh.

import { once } from "node:events";
import { createServer } from "node:http";

export class CertificateLog {
  /** Starts a log without certificates on a free port. */
  static async start() {
    const log = new CertificateLog();
    log.entries = [];
    log.server = createServer((_, answer) => answer.end(JSON.stringify(log.entries)));
    log.server.listen(0, "127.0.0.1");
    await once(log.server, "listening");
    log.url = `http://127.0.0.1:${log.server.address().port}`;
    return log;
  }

  /** Enters a certificate of another authority for a name, newer than all that a box has. */
  add(name, serial) {
    const validity = { not_before: "2090-01-01T00:00:00", not_after: "2091-01-01T00:00:00" };
    this.entries.push({ issuer_name: "O=Other Authority", name_value: name, serial_number: serial, ...validity });
  }

  stop() {
    this.server.close();
    this.server.closeAllConnections();
  }
}

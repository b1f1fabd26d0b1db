// A name server with the records that a flow sets (RFC 1035, over UDP).

import { createSocket } from "node:dgram";
import { once } from "node:events";

const KINDS = { A: 1, TXT: 16 };
const HEADER_BYTES = 12;
/** A response, authoritative, with recursion desired and available. */
const FLAGS = 0x8580;
const NAME_ERROR = 3;
/** The question's name, as a pointer to its place in the message. */
const SAME_NAME = 0xc00c;
const INTERNET = 1;

const ENCODERS = {
  A: (address) => Buffer.from(address.split(".").map(Number)),
  TXT: (text) => Buffer.from([text.length, ...Buffer.from(text)]),
};

/** The name, the type and the bytes of a message's question. */
function questionOf(message) {
  const labels = [];
  let at = HEADER_BYTES;
  while (message[at] > 0) {
    labels.push(message.toString("latin1", at + 1, at + 1 + message[at]).toLowerCase());
    at += 1 + message[at];
  }
  return { name: labels.join("."), kind: message.readUInt16BE(at + 1), bytes: message.subarray(HEADER_BYTES, at + 5) };
}

function record(kind, value) {
  const head = Buffer.alloc(12);
  const data = ENCODERS[kind](value);
  // A time to live of 0: no resolver keeps it.
  [SAME_NAME, KINDS[kind], INTERNET, 0, 0, data.length].forEach((number, place) => head.writeUInt16BE(number, 2 * place));
  return Buffer.concat([head, data]);
}

export class Zone {
  /** Starts a name server without records on a free port. */
  static async start() {
    const zone = new Zone();
    zone.records = [];
    zone.socket = createSocket("udp4");
    zone.socket.on("message", (message, { port, address }) => zone.socket.send(zone.answer(message), port, address));
    zone.socket.bind(0, "127.0.0.1");
    await once(zone.socket, "listening");
    zone.address = `127.0.0.1:${zone.socket.address().port}`;
    return zone;
  }

  /** Adds a record: of `A` an IPv4 address, of `TXT` a text. */
  add(name, kind, value) {
    this.records.push({ name, kind, value });
  }

  answer(message) {
    const { name, kind, bytes } = questionOf(message);
    const ofName = this.records.filter((one) => one.name === name);
    const matching = ofName.filter((one) => KINDS[one.kind] === kind);
    const head = Buffer.alloc(HEADER_BYTES);
    message.copy(head, 0, 0, 2);
    [FLAGS | (ofName.length ? 0 : NAME_ERROR), 1, matching.length].forEach((number, place) => head.writeUInt16BE(number, 2 + 2 * place));
    return Buffer.concat([head, bytes, ...matching.map((one) => record(one.kind, one.value))]);
  }

  stop() {
    this.socket.close();
  }
}

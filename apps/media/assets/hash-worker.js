// SHA-256 (FIPS 180-4) of a file that is too long to be hashed in one piece: browsers hash only what is whole in memory.

const PIECE = 4 * 1024 * 1024;
const BLOCK = 64;
// The first 32 bits of the fractional parts of the roots of the first primes.
const fraction = (number) => ((number - Math.floor(number)) * 2 ** 32) | 0;
const primes = [];
for (let number = 2; primes.length < 64; number += 1) if (primes.every((prime) => number % prime)) primes.push(number);
const K = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
const START = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));

export class Sha256 {
  state = START.slice();
  rest = new Uint8Array(BLOCK);
  filled = 0;
  bytes = 0;
  words = new Int32Array(64);

  update(data) {
    this.bytes += data.length;
    let at = 0;
    if (this.filled) {
      at = Math.min(BLOCK - this.filled, data.length);
      this.rest.set(data.subarray(0, at), this.filled);
      this.filled += at;
      if (this.filled < BLOCK) return this;
      this.block(this.rest, 0);
      this.filled = 0;
    }
    for (; at + BLOCK <= data.length; at += BLOCK) this.block(data, at);
    this.rest.set(data.subarray(at));
    this.filled = data.length - at;
    return this;
  }

  block(data, from) {
    const w = this.words;
    for (let i = 0; i < 16; i += 1) {
      const at = from + 4 * i;
      w[i] = (data[at] << 24) | (data[at + 1] << 16) | (data[at + 2] << 8) | data[at + 3];
    }
    for (let i = 16; i < 64; i += 1) {
      const [x, y] = [w[i - 15], w[i - 2]];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
    }
    let [a, b, c, d, e, f, g, h] = this.state;
    for (let i = 0; i < 64; i += 1) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const one = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + one) | 0;
      d = c;
      c = b;
      b = a;
      a = (one + two) | 0;
    }
    const s = this.state;
    s[0] += a;
    s[1] += b;
    s[2] += c;
    s[3] += d;
    s[4] += e;
    s[5] += f;
    s[6] += g;
    s[7] += h;
  }

  digest() {
    const bits = this.bytes * 8;
    const zeros = (BLOCK + 55 - this.filled) % BLOCK;
    const end = new Uint8Array(1 + zeros + 8);
    end[0] = 0x80;
    const view = new DataView(end.buffer);
    view.setUint32(1 + zeros, Math.floor(bits / 2 ** 32));
    view.setUint32(5 + zeros, bits >>> 0);
    this.update(end);
    const out = new DataView(new ArrayBuffer(32));
    this.state.forEach((word, i) => out.setInt32(4 * i, word));
    return new Uint8Array(out.buffer);
  }
}

globalThis.addEventListener?.("message", async ({ data: file }) => {
  const hash = new Sha256();
  for (let at = 0; at < file.size; at += PIECE) hash.update(new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer()));
  globalThis.postMessage(hash.digest());
});

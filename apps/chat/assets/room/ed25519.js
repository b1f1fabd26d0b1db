// Ed25519 signatures as strictly as the node checks them: neither the key nor R is a point of small order. The browser
// checks the rest (S < L, and the equation).

import { fromHex, toHex } from "../../js/base.js";
import { verifyBytes } from "../../js/key.js";

/** y of the points of small order, with every encoding that a lenient reader takes; the sign is not looked at. */
const SMALL_ORDER = new Set([
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]);

function isSmall(point) {
  const y = fromHex(toHex(point));
  y[31] &= 0x7f;
  return SMALL_ORDER.has(toHex(y));
}

/** Whether `publicKey` made `signature` over `bytes`. */
export async function verifyStrictly(publicKey, signature, bytes) {
  if (signature.length !== 64 || isSmall(publicKey) || isSmall(signature.subarray(0, 32))) return false;
  try {
    return await verifyBytes(publicKey, signature, bytes);
  } catch {
    return false;
  }
}

// A program with an identity and a key of its own, which people may let act for them: an app, or somebody's agent.

import { expect } from "./check.mjs";

/**
 * Comes to the box by its invitation, or with its key alone, signs in, and says what it asks people for. Answers its page, where
 * `globalThis.me` signs and `globalThis.introduce()` says it again, and its DID.
 */
export async function registered(world, { name, scope, back, invite = world.invite }) {
  const page = await world.person();
  await page.goto("/docs");
  const did = await page.evaluate(async ({ inviteCode, ...about }) => {
    const [{ post }, { keyId, signBytes }, { toHex, utf8 }] = await Promise.all(["api", "key", "base"].map((name) => import(`/assets/js/${name}.js`)));
    const { privateKey, publicKey } = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
    const bytes = new Uint8Array(await crypto.subtle.exportKey("raw", publicKey));
    const { did: id } = await post("/auth/api/register", { publicKey: toHex(bytes), type: "agent", inviteCode });
    globalThis.me = { did: id, keyId: await keyId(bytes), sign: privateKey };
    const { challengeId, challenge } = await post("/auth/api/challenge", { id });
    const { did: node } = await (await fetch("/auth/api/node")).json();
    if (!challenge.startsWith(`imajin:auth:1:${node}:${location.host}:`)) throw new Error(`no challenge of this box: ${challenge}`);
    await post("/auth/api/authenticate", { id, challengeId, signature: toHex(await signBytes(privateKey, utf8(challenge))) });
    globalThis.introduce = () => post("/auth/api/apps", about);
    await globalThis.introduce();
    return id;
  }, { inviteCode: invite, name, scope, url: back, returns: [back] });
  expect(did.startsWith("did:imajin:"), did);
  return { page, did };
}

/** Where a person is asked to let it act, with a `state` that comes back with them. */
export const asking = ({ did }, back, state) => `/apps/authorize?${new URLSearchParams({ app: did, return: back, state })}`;

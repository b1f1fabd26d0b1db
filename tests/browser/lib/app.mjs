// A program with its own identity and key, which people may let act for them: an app, or a person's agent.

import { expect } from "./check.mjs";

/**
 * Joins the box by its invitation, or with its key alone, signs in, and describes its scope. Returns its page, where `globalThis.me` signs and
 * `globalThis.introduce()` describes it again, and its DID.
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

/** The address where a person is asked to let the app act, with a `state` that returns with them. */
export const asking = ({ did }, back, state) => `/apps/authorize?${new URLSearchParams({ app: did, return: back, state })}`;

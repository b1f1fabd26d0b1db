// Wanda's box gets a public address: her chain names it after her next visit. Then another box answers at its address.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessible, fits } from "../lib/axe.mjs";
import { Box, freePort } from "../lib/box.mjs";
import { expect } from "../lib/check.mjs";
import { createIdentity, didOf } from "../lib/steps.mjs";

/** Returns the services in the newest operation of a person's chain. */
async function servicesOf(page, did) {
  const { log } = await (await page.request.get(`/auth/api/identity/${encodeURIComponent(did)}/chain`)).json();
  return JSON.parse(Buffer.from(log.at(-1).split(".")[1], "base64url")).services ?? [];
}

async function signsIn(page) {
  await page.goto("/signin");
  await page.getByRole("button", { name: "Sign in as Wanda" }).click();
}

export default async function where(t, world) {
  const folder = await mkdtemp(join(tmpdir(), "imajin-where-"));
  const port = await freePort();
  const address = `http://localhost:${port}`;
  const start = (name, env) => Box.start(join(folder, name), `127.0.0.1:${port}`, env);
  let box = await start("first");
  try {
    const page = await world.person(address);
    await t.check("signing in names the box in the chain, as relay and home", async () => {
      await createIdentity(world, page, "Wanda", { claim: box.code });
      await page.goto("/devices");
      await page.waitForLoadState("networkidle");
      const did = await didOf(page);
      await page.click("#sign-out");
      await page.waitForURL((url) => url.pathname === "/");
      const at = (await servicesOf(page, did)).filter(({ type }) => type !== "ImajinEncryption");
      expect(at.length === 0, "it names a box that nobody can reach");
      await box.stop();
      box = await start("first", { IMAJIN_URL: address });
      await signsIn(page);
      await page.waitForURL((url) => url.pathname === "/data");
      const services = await servicesOf(page, did);
      const named = (type) => services.find((one) => one.type === type);
      expect(named("ImajinHome")?.endpoint === address && named("ImajinHome").node === box.did, JSON.stringify(services));
      const { relay } = await (await page.request.get("/auth/api/node")).json();
      expect(named("DfosRelay")?.endpoint === relay && relay, JSON.stringify({ services, relay }));
    });

    await t.check("another box at the same address gets no signature until somebody says that it is the right one", async () => {
      await box.stop();
      box = await start("second");
      await page.context().clearCookies();
      await signsIn(page);
      await page.getByText("Another box answers at this address").waitFor();
      await accessible(page);
      await fits(page);
      await page.getByRole("button", { name: "It’s the right box" }).click();
      await page.getByText("This browser knows the new box now").waitFor();
      await signsIn(page);
      await page.getByText("This box doesn’t know Wanda").waitFor();
    });
  } finally {
    await box.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

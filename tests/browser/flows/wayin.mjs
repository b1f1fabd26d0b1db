// Hal visits a box over plain HTTP, as on a home network: he is sent to an address where the browser can store a key, and told about the browser's
// warning.

import { mkdtemp, rm } from "node:fs/promises";
import { request as ask } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessible, fits } from "../lib/axe.mjs";
import { Box, freePort } from "../lib/box.mjs";
import { expect } from "../lib/check.mjs";
import { screens } from "../lib/screens.mjs";

/** Requests the node under a name that the browser could not resolve here. */
const under = (box, host, path) =>
  new Promise((answered, failed) => {
    const { hostname, port } = new URL(box.url);
    const headers = { host, accept: "text/html" };
    ask({ hostname, port, path, headers }, async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      answered({ status: response.statusCode, kind: response.headers["content-type"], text });
    }).on("error", failed).end();
  });

export default async function wayin(t, world) {
  const folder = await mkdtemp(join(tmpdir(), "imajin-wayin-"));
  const secure = await freePort();
  // Behind a trusted proxy, this machine's own requests count as remote.
  const env = { IMAJIN_TLS_LISTEN: `127.0.0.1:${secure}`, IMAJIN_CLOCK: "always", IMAJIN_LIMITS_TRUSTED_PROXIES: "127.0.0.1" };
  const box = await Box.start(join(folder, "data"), `127.0.0.1:${await freePort()}`, env);
  const elsewhere = { extraHTTPHeaders: { "x-forwarded-for": "192.168.1.9" } };
  try {
    await t.check("a browser that does not know the box is told what comes, and that it is for home only", async () => {
      const page = await world.person(box.local, elsewhere);
      await page.goto("/claim#ABCD-EFGH");
      await page.getByText("Your browser doesn’t know this box yet and will warn you").waitFor();
      const told = await page.locator("[data-browser]:visible").allTextContents();
      expect(told.length === 1 && told[0].includes(world.browserName), told.join(" / "));
      const to = await page.getByRole("link", { name: "Continue" }).getAttribute("href");
      expect(to === `https://localhost:${secure}/claim#ABCD-EFGH`, to);
      await page.getByText("What the warning means").click();
      await page.getByText("somebody on the same Wi-Fi at this very moment").waitFor();
      await accessible(page);
      await fits(page);
      await screens(world, page, "way-in");
    });

    await t.check("a browser that trusts the box goes on automatically, with the code", async () => {
      const page = await world.person(box.local, { ...elsewhere, ignoreHTTPSErrors: true });
      await page.goto("/claim#ABCD-EFGH");
      await page.waitForURL((url) => url.protocol === "https:" && url.port === String(secure));
      expect(await page.evaluate(() => isSecureContext), "no key can be made there");
      await page.goto(`https://localhost:${secure}/certificate`);
      await page.getByRole("heading", { name: "You’re in" }).waitFor();
      await accessible(page);
      await fits(page);
    });

    await t.check("signing in without a key here never spins for ever", async () => {
      const page = await world.person(`https://localhost:${secure}`, { ignoreHTTPSErrors: true });
      await page.goto("/signin");
      await page.getByText("This browser holds no key yet").waitFor();
      expect(!(await page.locator("#looking").isVisible()), "it still looks");
      expect((await page.locator("#elsewhere").count()) === 0, "an address is offered that the box doesn't have");
    });

    await t.check("a box with a name at home offers that address to a visitor without a key here, before they make another identity", async () => {
      const name = `imajin-${process.pid}`;
      const [plain, tls] = [await freePort(), await freePort()];
      const named = await Box.start(join(folder, "named"), `0.0.0.0:${plain}`, { ...env, IMAJIN_TLS_LISTEN: `0.0.0.0:${tls}`, IMAJIN_LAN_NAME: name });
      try {
        const page = await world.person(`https://localhost:${tls}`, { ignoreHTTPSErrors: true });
        for (const path of ["/signin", "/create"]) {
          await page.goto(path);
          const way = page.locator("#elsewhere").getByRole("link", { name: `${name}.local:${tls}` });
          await way.waitFor();
          expect((await way.getAttribute("href")) === `https://${name}.local:${tls}/signin`, await way.getAttribute("href"));
          expect((await page.locator("#elsewhere li:visible").count()) === 1, "it offers this very address, too");
          await accessible(page);
          await fits(page);
        }
      } finally {
        await named.stop();
      }
    });

    await t.check("under a wrong name there is a page of the box's own, which speaks of no setting", async () => {
      const { status, kind, text } = await under(box, "elsewhere.example", "/");
      expect(status === 421 && kind.startsWith("text/html"), `${status} ${kind}`);
      expect(text.includes("This isn’t the box’s address") && !/hosts|configuration/.test(text), text);
      const style = await under(box, "elsewhere.example", "/assets/site.css");
      expect(style.status === 200 && style.kind.startsWith("text/css"), `the page has no style: ${style.status}`);
      expect((await under(box, "elsewhere.example", "/policy")).status === 421, "a page is answered");
    });

    await t.check("each component is accessible in both schemes, on a phone and with large text", async () => {
      const page = await world.person(`https://localhost:${secure}`, { ignoreHTTPSErrors: true });
      await page.goto("/docs/components");
      await page.getByRole("heading", { name: "Components", level: 1 }).waitFor();
      await page.getByRole("button", { name: "Say that it failed" }).click();
      await page.getByRole("alert").filter({ hasText: "It didn’t work" }).waitFor();
      await accessible(page);
      await fits(page);
      await screens(world, page, "components");
      await page.setViewportSize({ width: 320, height: 640 });
      await fits(page);
      await page.click("#ask");
      await page.getByRole("alertdialog", { name: "Erase this for good?" }).waitFor();
      await accessible(page);
      await fits(page);
      await page.getByRole("button", { name: "Go back" }).press("Enter");
      await page.getByRole("alertdialog").waitFor({ state: "detached" });
    });
  } finally {
    await box.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

// Ada connects a helper, which writes for her by MCP; she sees what it did, and ends it.

import { expect } from "../lib/check.mjs";
import { accessible, fits } from "../lib/axe.mjs";
import { screens } from "../lib/screens.mjs";

const REVISION = "2026-07-28";

/** Sends a helper's request to the box of a page. */
async function ask(page, token, method, params = {}) {
  const _meta = { "io.modelcontextprotocol/protocolVersion": REVISION, "io.modelcontextprotocol/clientCapabilities": {} };
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json", "mcp-protocol-version": REVISION, "mcp-method": method };
  if (params.name) headers["mcp-name"] = params.name;
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: { ...params, _meta } });
  const answer = await fetch(new URL("/mcp", page.url()), { method: "POST", headers, body });
  return { status: answer.status, result: (await answer.json()).result };
}

async function open(page) {
  await page.goto("/agents");
  await page.waitForLoadState("networkidle");
}

export default async function agent(t, world) {
  const { ada } = world;
  let token;

  await t.check("a helper needs a name, and one thing that it may do", async () => {
    await open(ada);
    await ada.getByText("No helper is connected yet.").waitFor();
    await accessible(ada);
    await fits(ada);
    await screens(world, ada, "agents-empty");
    await ada.getByRole("button", { name: "Make a token" }).click();
    await ada.getByText("Give your helper a name.").waitFor();
  });

  await t.check("a token is shown once", async () => {
    await ada.getByLabel("Name", { exact: true }).fill("Kitchen assistant");
    await ada.getByLabel("Read and write").check();
    await ada.getByRole("button", { name: "Make a token" }).click();
    await ada.getByRole("heading", { name: "Your helper is ready" }).waitFor();
    token = await ada.locator("#token").inputValue();
    await ada.getByRole("button", { name: "Copy the address" }).waitFor();
    await ada.getByRole("button", { name: "Copy the token" }).waitFor();
    await ada.getByText("As a command line").click();
    const command = await ada.locator("#command").inputValue();
    expect(command === `IMAJIN_MCP_TOKEN=${token} imajin mcp --node ${new URL(ada.url()).origin}`, command);
    await ada.getByText("As a file for your program").click();
    await ada.getByRole("button", { name: "Copy the file" }).waitFor();
    expect((await ada.locator("#config").textContent()).includes(`Bearer ${token}`), "the file has the token");
    expect(/^mjn_\w+\.[0-9a-z]{26}$/.test(token), token);
    await accessible(ada);
    await fits(ada);
    await open(ada);
    await ada.getByText("Kitchen assistant").waitFor();
    expect(!(await ada.content()).includes(token), "it is shown once");
  });

  await t.check("what the helper did is on the page, and after its end it does nothing", async () => {
    const { status, result } = await ask(ada, token, "tools/list");
    expect(status === 200 && result.tools.some(({ name }) => name === "links_put"), `${status}`);
    const link = { ref: `itm_${"a".repeat(24)}`, body: { title: "Sourdough", url: "https://sourdough.example/" }, fact: { visibility: "private" } };
    const put = await ask(ada, token, "tools/call", { name: "links_put", arguments: link });
    expect(put.result?.isError === false, JSON.stringify(put));
    await open(ada);
    await ada.getByText("What it did", { exact: true }).click();
    await ada.getByText("You put something on your page of links").waitFor();
    await screens(world, ada, "agents");
    await ada.getByRole("button", { name: "End it now: Kitchen assistant" }).click();
    await ada.getByText("Has ended").waitFor();
    const after = await fetch(new URL("/mcp", ada.url()), { method: "POST", headers: { authorization: `Bearer ${token}` }, body: "{}" });
    expect(after.status === 401, `${after.status}`);
  });
}

// A client of TypeScript's SDK, which judge.mjs drives: `node typescript.mjs client|sdk http|stdio REVISION`. `client` is the package
// of both revisions, `sdk` its predecessor, which most programs have. README.md has the lines that it reads and writes.

import { createInterface } from "node:readline";
import * as newer from "@modelcontextprotocol/client";
import { StdioClientTransport as NewerStdio } from "@modelcontextprotocol/client/stdio";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const PREVIOUS = "2025-11-25";
const SDKS = {
  client: { Client: newer.Client, Http: newer.StreamableHTTPClientTransport, Stdio: NewerStdio },
  sdk: { Client, Http: StreamableHTTPClientTransport, Stdio: StdioClientTransport },
};

const [name, way, revision] = process.argv.slice(2);
const { IMAJIN_NODE: url, IMAJIN_BIN: program, IMAJIN_MCP_TOKEN, IMAJIN_KNOWN_NODES } = process.env;
const sdk = SDKS[name];

const say = (line) => console.log(JSON.stringify(line));

function transport() {
  if (way === "http") return new sdk.Http(new URL("/mcp", url), { requestInit: { headers: { authorization: `Bearer ${IMAJIN_MCP_TOKEN}` } } });
  // The SDK passes on no variable of this process but these.
  return new sdk.Stdio({ command: program, args: ["mcp", "--node", url], env: { IMAJIN_MCP_TOKEN, IMAJIN_KNOWN_NODES } });
}

async function answer(client, { name, arguments: values }) {
  try {
    if (!name) return { tools: (await client.listTools()).tools.map((tool) => tool.name) };
    const { isError, content, structuredContent } = await client.callTool({ name, arguments: values });
    return { isError: isError === true, text: content.map(({ text }) => text).join(""), content: structuredContent };
  } catch (error) {
    return { error: String(error) };
  }
}

const mode = revision === PREVIOUS ? "legacy" : { pin: revision };
const client = new sdk.Client({ name: "judge", version: "1" }, { versionNegotiation: { mode } });
try {
  await client.connect(transport());
  // The predecessor doesn't report its revision, and knows none later than the previous one.
  const spoken = client.getNegotiatedProtocolVersion?.() ?? PREVIOUS;
  say({ revision: spoken, server: client.getServerVersion().name, instructions: client.getInstructions() });
  for await (const line of createInterface({ input: process.stdin })) say(await answer(client, JSON.parse(line)));
} catch (error) {
  say({ error: String(error) });
}
await client.close();

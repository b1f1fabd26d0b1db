"""A client of Python's SDK, which judge.mjs drives: `python python.py http|stdio REVISION`. README.md has the lines that it reads and writes."""

import asyncio
import contextlib
import json
import os
import sys

import httpx2
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

# The SDK's mode for each revision. `auto` falls back without a word, so the judge looks at the revision that was agreed.
MODES = {"2026-07-28": "auto", "2025-11-25": "legacy"}
URL, TOKEN = os.environ["IMAJIN_NODE"], os.environ["IMAJIN_MCP_TOKEN"]


@contextlib.asynccontextmanager
async def reach(way):
    """Yields what the SDK connects to."""
    if way == "stdio":
        # The SDK passes on no variable of this process but these.
        names = ("IMAJIN_MCP_TOKEN", "IMAJIN_KNOWN_NODES")
        env = {name: os.environ[name] for name in names}
        yield StdioServerParameters(command=os.environ["IMAJIN_BIN"], args=["mcp", "--node", URL], env=env)
    else:
        async with httpx2.AsyncClient(headers={"authorization": f"Bearer {TOKEN}"}, timeout=30) as http:
            yield streamable_http_client(f"{URL}/mcp", http_client=http)


async def answer(client, request):
    try:
        if "name" not in request:
            listed = await client.list_tools()
            return {"tools": [tool.name for tool in listed.tools]}
        result = await client.call_tool(request["name"], request["arguments"])
    except MCPError as error:
        return {"error": str(error)}
    text = "".join(block.text for block in result.content)
    return {"isError": result.is_error, "text": text, "content": result.structured_content}


def say(line):
    print(json.dumps(line), flush=True)


def message(error):
    """Returns the message of an error, or those of a group: connections are groups of tasks."""
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(map(message, error.exceptions))
    return str(error) or repr(error)


async def serve(way, revision):
    async with reach(way) as server, Client(server, mode=MODES[revision]) as client:
        say({"revision": client.protocol_version, "server": client.server_info.name, "instructions": client.instructions})
        while line := await asyncio.to_thread(sys.stdin.readline):
            say(await answer(client, json.loads(line)))


def main():
    try:
        asyncio.run(serve(*sys.argv[1:]))
    except (MCPError, ExceptionGroup) as error:
        say({"error": message(error)})


if __name__ == "__main__":
    main()

"""Asks a node everything that its OpenAPI documents allow, and much that they do not: no answer is a 5xx, and each is
what its document says.

    python tests/contract.py [--all] URL

Every document of the node is walked with generated requests of a signed-in person, five for each operation. With --all there are
25, and a stranger's as well. The last line counts, as scripts/test reads it. Seeded, so that what failed once fails again. The
node must not have an owner yet.
"""

import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request

from nacl.signing import SigningKey

# Routes that a walk may not take: they wait for another node, or write for ever.
SKIPPED = r"/api/transfer"
# Routes that end the session that the walk needs.
ENDING = r"|/api/(logout|sessions|delete)"


def has(url):
    try:
        return urllib.request.urlopen(url, timeout=10).status == 200
    except urllib.error.HTTPError:
        return False


def post(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"content-type": "application/json"})
    return json.load(urllib.request.urlopen(request, timeout=10))


def sign_in(url):
    """A session of somebody new."""
    key = SigningKey.generate()
    did = post(f"{url}/auth/api/register", {"publicKey": key.verify_key.encode().hex()})["did"]
    asked = post(f"{url}/auth/api/challenge", {"id": did})
    node = json.load(urllib.request.urlopen(f"{url}/auth/api/node", timeout=10))["did"]
    expected = re.escape(f"imajin:auth:1:{node}:{urllib.parse.urlsplit(url).netloc}:") + "[0-9a-f]{64}"
    assert re.fullmatch(expected, asked["challenge"]), asked
    signature = key.sign(asked["challenge"].encode()).signature.hex()
    return post(f"{url}/auth/api/authenticate", {"id": did, "challengeId": asked["challengeId"], "signature": signature})["token"]


def walk(url, service, token, examples):
    command = [
        sys.executable, "-m", "schemathesis.cli", "run", f"{url}/{service}/api/spec", "--url", f"{url}/{service}",
        "--checks", "answers_well,response_schema_conformance,content_type_conformance", "--phases", "examples,coverage,fuzzing", "--max-examples", str(examples), "--seed", "1",
        "--generation-database", "none", "--request-timeout", "30", "--suppress-health-check", "all", "--exclude-path-regex", SKIPPED + (ENDING if token else ""),
        "--no-color", "--max-failures", "20",
    ]
    if token:
        command += ["--header", f"Authorization: Bearer {token}"]
    hooks = {**os.environ, "SCHEMATHESIS_HOOKS": "contract_hooks", "PYTHONPATH": str(pathlib.Path(__file__).resolve().parent)}
    # The program leaves notes where it runs.
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(command, capture_output=True, text=True, timeout=420, env=hooks, cwd=folder)
    print(
        f"== {service}, {'signed in' if token else 'anonymous'}\n",
        done.stdout[-6000:] if done.returncode else re.sub(r"(?s).*SUMMARY", "SUMMARY", done.stdout),
        done.stderr[-2000:],
        sep="",
        flush=True,
    )
    return done.returncode == 0


def main(url, everything):
    services = json.load(urllib.request.urlopen(f"{url}/auth/api/node", timeout=10))["services"]
    without = [service for service in services if not has(f"{url}/{service}/api/spec")]
    assert services and not without, f"no document at {url}: {without}"
    examples = 25 if everything else 5
    walks = [(service, sign_in(url), examples) for service in services]
    if everything:
        walks += [(service, "", examples) for service in services]
    # Side by side, as many as there are processors: each walk waits for the node half of its time.
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda one: walk(url, *one), walks))
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    return 0 if all(results) else 1


sys.exit(main(sys.argv[-1], "--all" in sys.argv[1:-1]))

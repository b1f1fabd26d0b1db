"""An app outside the node: it signs somebody in and takes a payment. Python's own library and PyNaCl.

    python docs/example-app.py http://127.0.0.1:7000

It prints an address to open. There the person lets the app act (an entry in their record) and comes back with their DID;
the app gets a token for ten minutes, checks it with the node's published key alone, and shows what it sells.
"""
import base64, http.server, json, pathlib, re, secrets, sys, time, urllib.error, urllib.parse, urllib.request
from nacl.signing import SigningKey, VerifyKey

NODE = sys.argv[1].rstrip("/")
SCOPE, PRICE, CURRENCY, STATE = ["profile.update"], 500, "CHF", secrets.token_hex(8)

def call(path, body=None, token=None):
    headers = {"content-type": "application/json", **({"authorization": f"Bearer {token}"} if token else {})}
    data = None if body is None else json.dumps(body).encode()
    return json.load(urllib.request.urlopen(urllib.request.Request(NODE + path, data, headers), timeout=30))

def canonical(value):
    """RFC 8785 for what this app signs: ASCII texts and integers."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()

def unpadded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

def own_key(path=pathlib.Path("example-app.key")):
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(bytes(SigningKey.generate()))
    return SigningKey(path.read_bytes())

def own_node(path=pathlib.Path("example-app.node")):
    """The node's DID, as it was at first use: another one that answers here gets no signature."""
    if not path.exists():
        path.write_text(call("/auth/api/node")["did"])
    return path.read_text()

def checked_challenge(text):
    """A challenge of this node for the host that the app talks to. Anything else is not signed."""
    host = urllib.parse.urlsplit(NODE).netloc.lower()
    assert re.fullmatch(re.escape(f"imajin:auth:1:{own_node()}:{host}:") + "[0-9a-f]{64}", text), f"not signed: {text}"
    return text.encode()

def sign_in(key):
    """The app is an identity like everybody: its key, a challenge, a session."""
    did = call("/auth/api/register", {"publicKey": bytes(key.verify_key).hex(), "type": "agent"})["did"]
    asked = call("/auth/api/challenge", {"id": did})
    answer = {"id": did, "challengeId": asked["challengeId"], "signature": key.sign(checked_challenge(asked["challenge"])).signature.hex()}
    return did, call("/auth/api/authenticate", answer)["token"]

def introduce(about, session):
    """A box that has an owner asks them first: what the app says of itself waits for their yes."""
    told = False
    while call("/auth/api/apps", about, session)["waiting"]:
        told = told or not print("waiting for the owner, who says yes at", f"{NODE}/apps/requests", flush=True)
        time.sleep(1)

def node_key(kid):
    return VerifyKey(unpadded(next(key["x"] for key in call("/.well-known/jwks.json")["keys"] if key["kid"] == kid)))

def checked(token, app):
    """What a token says, if the node's published key signed it for this app and it is not over."""
    header, payload, signature = token.split(".")
    node_key(json.loads(unpadded(header))["kid"]).verify(f"{header}.{payload}".encode(), unpadded(signature))
    claims = json.loads(unpadded(payload))
    assert claims["aud"] == app and claims["exp"] > time.time(), "a token of another app, or one that is over"
    return claims

def order(key, did):
    """What is sold: everything goes to the app. Who pays signs over the digest of this very text."""
    manifest = {"id": "example", "version": "0.3.0", "type": "service", "contributors": [{"id": did, "role": "app", "weight": 1}],
                "derivesFrom": [], "terms": {}}
    manifest["signature"] = key.sign(canonical(manifest)).signature.hex()
    return {"seller": did, "amount": PRICE, "currency": CURRENCY, "service": "example", "type": "service", "fairManifest": manifest}

def paid(did, token, buyer):
    """The receipt of a payment by this person, once it is there: it proves itself by the node's signature."""
    for one in call(f"/pay/api/transactions/{did}?limit=100", token=token)["transactions"]:
        fact = one["fact"]
        if one["op"] == "pay.receipt" and (fact["payer"], fact["amount"], fact["currency"]) == (buyer, PRICE, CURRENCY):
            receipt = call(f"/pay/api/receipts/{one['transactionId']}", token=token)
            signature = bytes.fromhex(receipt.pop("signature"))
            node_key(receipt["signer"]).verify(canonical(receipt), signature)
            return fact["amount"]

def main():
    key = own_key()
    did, session = sign_in(key)

    class Back(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
            if not secrets.compare_digest(asked.get("state", ""), STATE):
                return self.send_error(403, "not the answer to what was asked")
            try:
                got = call("/auth/api/apps/token", {"did": asked["did"], "scope": SCOPE}, session)
            except urllib.error.HTTPError as error:
                return self.send_error(error.code, "the person has not allowed it")
            self.server.person = checked(got["token"], did)["sub"]
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(order(key, did)).encode())

    server = http.server.HTTPServer(("127.0.0.1", 0), Back)
    back, server.person = f"http://127.0.0.1:{server.server_port}/", None
    introduce({"name": "Example", "url": back, "returns": [back], "scope": SCOPE}, session)
    print("open", f"{NODE}/apps/authorize?" + urllib.parse.urlencode({"app": did, "return": back, "state": STATE}), flush=True)
    while not server.person:
        server.handle_request()
    print("signed in", server.person, flush=True)
    while not (amount := paid(did, session, server.person)):
        time.sleep(0.5)
    print("paid", amount, CURRENCY, flush=True)

main()

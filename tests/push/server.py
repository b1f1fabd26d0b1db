"""A push service and the browsers behind it, for the tests: it takes messages by HTTPS (RFC 8030), checks who sends them (RFC 8292), opens
them as a browser does (RFC 8188, RFC 8291), and prints what it took as one JSON line each. It shares no code with the node.

    python tests/push/server.py FOLDER

The first line says where it is, whom to trust, and what the browsers tell their box. The path of an address says what it answers:
/take takes messages, /gone/… says 410, /busy/… says 503 once and then takes them, /away/… leads elsewhere.
"""

import base64
import http.server
import json
import pathlib
import ssl
import struct
import sys

import trustme
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

POINT = (serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def encode(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def say(**words):
    # In one piece: `print` writes the end of the line on its own, and two threads' lines then run together.
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


def mac(key, data):
    made = hmac.HMAC(key, hashes.SHA256())
    made.update(data)
    return made.finalize()


def derive(salt, secret, info, length):
    """HKDF (RFC 5869) of at most one block."""
    return mac(mac(salt, secret), info + b"\x01")[:length]


class Browser:
    def __init__(self):
        self.key, self.auth = ec.generate_private_key(ec.SECP256R1()), b"\x05" * 16
        self.public = self.key.public_key().public_bytes(*POINT)

    def subscription(self, endpoint):
        return {"endpoint": endpoint, "expirationTime": None, "keys": {"p256dh": encode(self.public), "auth": encode(self.auth)}}

    def open(self, body):
        salt, (size, length) = body[:16], struct.unpack(">IB", body[16:21])
        sender, record = body[21 : 21 + length], body[21 + length :]
        assert len(record) <= size, "one record"
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        shared = self.key.exchange(ec.ECDH(), point)
        secret = derive(self.auth, shared, b"WebPush: info\x00" + self.public + sender, 32)
        key = derive(salt, secret, b"Content-Encoding: aes128gcm\x00", 16)
        nonce = derive(salt, secret, b"Content-Encoding: nonce\x00", 12)
        plain = AESGCM(key).decrypt(nonce, record, None)
        text, end, padding = plain.rpartition(b"\x02")
        assert end and not padding.strip(b"\x00"), "ends as the last record"
        return text, len(plain)


def sender_of(header, origin):
    """Whose key signed the request, and what the token says."""
    scheme, _, rest = header.partition(" ")
    assert scheme == "vapid", header
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    head, claims, signature = parts["t"].split(".")
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(parts["k"]))
    raw = decode(signature)
    assert len(raw) == 64
    der = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    assert json.loads(decode(head)) == {"typ": "JWT", "alg": "ES256"}
    claims = json.loads(decode(claims))
    assert claims["aud"] == origin, claims
    return parts["k"], claims


class Service(http.server.BaseHTTPRequestHandler):
    browser, origin, busy = Browser(), "", set()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        sender, claims = sender_of(self.headers["authorization"], self.origin)
        text, padded = self.browser.open(body)
        names = ("ttl", "urgency", "topic", "content-encoding")
        status = self.status()
        say(path=self.path, status=status, message=json.loads(text), padded=padded, sender=sender, claims=claims,
            **{name: self.headers[name] for name in names})
        self.send_response(status)
        if status == 307:
            self.send_header("location", f"{self.origin}/take")
        self.send_header("content-length", "0")
        self.end_headers()

    def status(self):
        if self.path.startswith("/gone"):
            return 410
        if self.path.startswith("/away"):
            return 307
        if self.path.startswith("/busy") and self.path not in self.busy:
            self.busy.add(self.path)
            return 503
        return 201

    def log_message(self, *_):
        pass


def main():
    folder = pathlib.Path(sys.argv[1])
    authority = trustme.CA()
    trust = folder / "push-authority.pem"
    authority.cert_pem.write_to_path(trust)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    server = http.server.ThreadingHTTPServer(("localhost", 0), Service)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    Service.origin = f"https://localhost:{server.server_address[1]}"
    browsers = {name: Service.browser.subscription(f"{Service.origin}/{name}") for name in ("take", "gone", "busy", "away")}
    say(trust=str(trust), browsers=browsers)
    server.serve_forever()


if __name__ == "__main__":
    main()

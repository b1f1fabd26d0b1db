"""A mail server for the tests: STARTTLS and an account, as at a provider. It fails the first letters as told, and prints
what it took as one JSON line each. The first line says where it is and whom to trust.

    python tests/smtp/server.py FOLDER [FAILURES]
"""

import asyncio
import email
import email.policy
import json
import pathlib
import ssl
import sys

import trustme
from aiosmtpd.smtp import SMTP, AuthResult

USER, PASSWORD = b"box", b"a password"


class Take:
    """Takes letters after a number of failures that pass."""

    def __init__(self, failures):
        self.failures = failures

    async def handle_DATA(self, server, session, envelope):
        letter = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        said = {"id": letter["Message-ID"], "from": envelope.mail_from, "to": envelope.rcpt_tos, "tls": session.ssl is not None}
        if self.failures:
            self.failures -= 1
            say(**said, failed=True)
            return "451 Try again later"
        body = letter.get_body(("plain",))
        say(**said, subject=letter["Subject"], text=body.get_content())
        return "250 OK"


def say(**words):
    # In one piece: `print` writes the end of the line on its own, and two threads' lines then run together.
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


def check(server, session, envelope, mechanism, data):
    is_known = (data.login, data.password) == (USER, PASSWORD)
    # Not handled: the library answers for it, 535 to a wrong password.
    return AuthResult(success=is_known, handled=is_known)


async def main(folder, failures="0"):
    ca = trustme.CA()
    trust = pathlib.Path(folder) / "ca.pem"
    ca.cert_pem.write_to_path(trust)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("localhost").configure_cert(context)
    take = Take(int(failures))

    def connection():
        return SMTP(take, tls_context=context, require_starttls=True, authenticator=check, auth_required=True)

    loop = asyncio.get_running_loop()
    server = await loop.create_server(connection, "127.0.0.1", 0)
    say(port=server.sockets[0].getsockname()[1], trust=str(trust))
    # Until the process that started it is gone.
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main(*sys.argv[1:]))

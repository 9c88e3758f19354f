"""aiosmtpd, told how to be by a line of JSON on its standard input.

It says its port, and then each mail as Python's own reader understands it, a line of JSON each. It
ends with its standard input, and so with the test that started it, however that ends.
"""

import asyncio
import email.policy
import json
import logging
import ssl
import sys
import tempfile

from aiosmtpd.smtp import SMTP, AuthResult

# What it has to say is in its answers; a client that hangs up is no event here.
logging.disable()

told = json.loads(sys.stdin.readline())


def say(what):
    print(json.dumps(what), flush=True)


class Keep:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address not in told["knows"]:
            return "550 5.1.1 <" + address + ">: no such user"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 fine"

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        say(
            {
                "in_tls": server.transport.get_extra_info("ssl_object") is not None,
                "logged_in": session.authenticated,
                "from": envelope.mail_from,
                "to": envelope.rcpt_tos,
                "headers": [[name, str(value)] for name, value in mail.items()],
                "text": mail.get_body(["plain"]).get_content(),
                "html": mail.get_body(["html"]).get_content(),
                "defects": [str(defect) for part in mail.walk() for defect in part.defects],
            }
        )
        return "250 2.0.0 kept"


def authenticate(server, session, envelope, mechanism, login):
    given = [login.login.decode(), login.password.decode()]
    # Not "handled": then the server says its own 235 or 535.
    return AuthResult(success=given == told["login"], handled=False)


def identity():
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile("w") as pem:
        pem.write(told["identity"])
        pem.flush()
        tls.load_cert_chain(pem.name)
    return tls


async def main():
    tls, smtps = identity(), told["smtps"]

    def smtp():
        return SMTP(
            Keep(),
            tls_context=None if smtps else tls,
            require_starttls=not smtps,
            # It means STARTTLS, and does not see that all is in TLS already.
            auth_require_tls=not smtps,
            auth_required=True,
            auth_exclude_mechanism=told["without"],
            authenticator=authenticate,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(smtp, "127.0.0.1", 0, ssl=tls if smtps else None)
    say(server.sockets[0].getsockname()[1])
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())

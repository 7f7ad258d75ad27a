"""A small OpenID Connect provider for tests: a real process on loopback that lets in whoever is typed.

`python -m tests.oidc PORT`. The form's `trick` makes it lie in one way: audience, nonce, key, issuer, expired.
"""

import base64
import hashlib
import html
import json
import secrets
import subprocess
import sys
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.browser import servers

CLIENT_ID, CLIENT_SECRET = "annexa-tests", "a secret only these two know"
KEY, OTHER_KEY = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
codes = {}


class Handler(BaseHTTPRequestHandler):
    """Discovery, keys, a sign-in form and the token endpoint."""

    def do_GET(self):
        parts = urlsplit(self.path)
        if parts.path == "/.well-known/openid-configuration":
            self.say(discovery(self.server.issuer))
        elif parts.path == "/keys":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
            self.say({"keys": [public | {"kid": "one", "alg": "RS256", "use": "sig"}]})
        elif parts.path == "/authorize":
            hidden = "".join(
                f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(values[0])}">'
                for name, values in parse_qs(parts.query).items()
            )
            fields = "".join(f"<label>{name}<input name={name}></label>" for name in ("email", "group", "trick"))
            page = (
                f"<title>Provider</title><form method=post action=/authorize>{hidden}{fields}<button>Go</button></form>"
            )
            self.answer(200, page.encode(), "text/html")

    def do_POST(self):
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode(), keep_blank_values=True)
        given = {name: values[0] for name, values in sent.items()}
        if self.path == "/authorize":
            code = secrets.token_urlsafe(16)
            codes[code] = given
            onward = urlencode({"code": code, "state": given["state"]})
            self.send_response(302)
            self.send_header("Location", f"{given['redirect_uri']}?{onward}")
            self.end_headers()
            return
        asked = codes.pop(given.get("code"), None)
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or given.get("client_secret") != CLIENT_SECRET or asked["code_challenge"] != proof:
            self.say({"error": "invalid_grant"}, 400)
            return
        self.say({"access_token": "x", "token_type": "Bearer", "id_token": id_token(self.server.issuer, asked)})

    def say(self, content, status=200):
        self.answer(status, json.dumps(content).encode(), "application/json")

    def answer(self, status, body, kind):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


def discovery(issuer):
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/keys",
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
    }


def id_token(issuer, asked):
    trick, now = asked.get("trick"), int(time.time())
    claims = {
        "iss": "https://elsewhere.example" if trick == "issuer" else issuer,
        "aud": "somebody-else" if trick == "audience" else asked["client_id"],
        "nonce": "another question" if trick == "nonce" else asked.get("nonce"),
        "iat": now - 4000,
        "exp": now - 3600 if trick == "expired" else now + 300,
        "sub": hashlib.sha256(asked["email"].encode()).hexdigest()[:20],
        "email": asked["email"],
        "email_verified": "false" if trick == "unverified in words" else trick != "unverified",
        "name": asked["email"].split("@")[0].title(),
        "groups": [asked.get("group", "")],
    }
    return jwt.encode(claims, OTHER_KEY if trick == "key" else KEY, algorithm="RS256", headers={"kid": "one"})


@contextmanager
def running():
    """Run the provider and yield its address."""
    port = servers.free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.oidc", str(port)])
    try:
        servers.wait_for(f"http://127.0.0.1:{port}/keys")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
    server.issuer = f"http://127.0.0.1:{sys.argv[1]}"
    server.serve_forever()

"""A provider of single sign-on for tests: a small HTTP server that signs real tokens, and lies where it is told to."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from functools import cache, partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT = "civicnet-client"
SECRET = "civicnet-secret"


# Made once: it takes longer than a whole sign-in.
_key = cache(partial(rsa.generate_private_key, public_exponent=65537, key_size=2048))


class Provider:
    """Its own key, its addresses, and what it will say next."""

    def __init__(self) -> None:
        self.key = _key()
        self.sign_with: Any = self.key
        self.algorithm = "RS256"
        self.claims: dict[str, Any] = {}
        self.question: dict[str, str] = {}
        self.asked_for_token = 0
        self.announced_issuer = ""
        handler = type("Handler", (_Handler,), {"provider": self})
        self.server = HTTPServer(("127.0.0.1", 0), handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    def close(self) -> None:
        """End."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def discovery(self) -> dict[str, Any]:
        """What it says about itself."""
        return {
            "issuer": self.announced_issuer or self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def keys(self) -> dict[str, Any]:
        """Its public key."""
        jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [jwk | {"kid": "one", "alg": "RS256", "use": "sig"}]}

    def token(self, given: dict[str, str]) -> dict[str, Any] | None:
        """A token for the code, if the client is ours and holds the verifier of its challenge."""
        self.asked_for_token += 1
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (given.get("client_secret"), challenge) != (SECRET, self.question.get("code_challenge")):
            return None
        now = int(time.time())
        said = {
            **{"iss": self.issuer, "aud": CLIENT, "sub": "s-1", "iat": now, "exp": now + 300},
            "nonce": self.question.get("nonce"),
            **self.claims,
        }
        kept = {name: value for name, value in said.items() if value is not None}
        signed = jwt.encode(kept, self.sign_with, algorithm=self.algorithm, headers={"kid": "one"})
        return {"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": signed}


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        pages = {"/.well-known/openid-configuration": self.provider.discovery, "/keys": self.provider.keys}
        page = pages.get(self.path)
        self._answer(page() if page else None)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._answer(self.provider.token({name: values[0] for name, values in parse_qs(body).items()}))

    def _answer(self, said: dict[str, Any] | None) -> None:
        self.send_response(200 if said else 400)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(said or {"error": "invalid_grant"}).encode())

    def log_message(self, *_given: Any) -> None:
        """Say nothing."""

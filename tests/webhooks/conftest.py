"""A receiver on loopback that keeps what it was sent and answers as it is told."""

import dataclasses
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


class Receiver:
    """What came, and what to answer next."""

    def __init__(self):
        self.got, self.answers = [], []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.got.append((dict(self.headers), body))
                status, headers, text = outer.answers.pop(0) if outer.answers else (200, {}, b"thanks")
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_given):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/in"

    def answer(self, status, headers=None, text=b""):
        self.answers.append((status, headers or {}, text))


@pytest.fixture
def receiver(settings):
    settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, allow_private_webhooks=True)
    made = Receiver()
    yield made
    made.server.shutdown()

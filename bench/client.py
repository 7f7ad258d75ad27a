"""A signed-in HTTP client that reads what an answer cost."""

import http.cookiejar
import re
import statistics
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """Medians over some requests: server and wall milliseconds, SQL queries, bytes."""

    server: float
    wall: float
    queries: int
    size: int


class Client:
    """Signs in by a one-time link and keeps its cookies."""

    def __init__(self, base: str):
        self.base = base
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def sign_in(self, link: str) -> None:
        """Spend a one-time link."""
        page = self.opener.open(link).read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token, "the sign-in page has no form"
        self.opener.open(link, urllib.parse.urlencode({"csrfmiddlewaretoken": token.group(1)}).encode())

    def headers(self) -> str:
        """Return the cookies as a header line."""
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)
        return f"Cookie: {cookies}\r\n"

    def measure(self, path: str, runs: int = 15, warm: int = 3) -> Cost:
        """Get a page several times and return the medians."""
        for _ in range(warm):
            self.opener.open(self.base + path).read()
        found = [self._once(path) for _ in range(runs)]
        return Cost(*(statistics.median(column) for column in zip(*found, strict=True)))  # type: ignore[arg-type]

    def _once(self, path: str) -> tuple[float, float, int, int]:
        start = time.perf_counter()
        answer = self.opener.open(self.base + path)
        body = answer.read()
        wall = (time.perf_counter() - start) * 1000
        timing = answer.headers["Server-Timing"]
        total, queries = re.search(r"total;dur=([\d.]+)", timing), re.search(r'desc="(\d+)"', timing)
        assert total
        assert queries
        return float(total.group(1)), wall, int(queries.group(1)), len(body)

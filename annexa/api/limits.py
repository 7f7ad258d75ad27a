"""How often a token may ask, per process, and how often an address may guess, counted for all processes together."""

import hashlib
import math
import threading
import time
import uuid
from collections import OrderedDict
from dataclasses import dataclass

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from annexa.api import problems

MINUTE = 60.0
MOST_TOKENS = 10_000
MOST_GUESSES = 30
GUESSES_KEPT = 300.0  # seconds, of passwords and codes


@dataclass(frozen=True)
class Left:
    """What a token has left of its minute."""

    granted: bool
    limit: int
    remaining: int
    reset: int  # seconds

    def on(self, response: HttpResponse) -> HttpResponse:
        """Say so in the answer's headers."""
        response["RateLimit-Limit"] = str(self.limit)
        response["RateLimit-Remaining"] = str(self.remaining)
        response["RateLimit-Reset"] = str(self.reset)
        if not self.granted:
            response["Retry-After"] = str(max(1, self.reset))
        return response


_lock = threading.Lock()
_buckets: OrderedDict[uuid.UUID, tuple[float, float]] = OrderedDict()  # token → (what is left, when)


def take(token_id: uuid.UUID) -> Left:
    """Take one request from a token's bucket, which fills evenly over a minute."""
    limit, now = settings.ENVIRONMENT.api_rate, time.monotonic()
    with _lock:
        level, since = _buckets.pop(token_id, (float(limit), now))
        level = min(float(limit), level + (now - since) * limit / MINUTE)
        granted = level >= 1
        level -= granted
        _buckets[token_id] = (level, now)
        if len(_buckets) > MOST_TOKENS:
            _buckets.popitem(last=False)
    wait = (1 - level) * MINUTE / limit if level < 1 else 0.0
    return Left(granted, limit, int(level), math.ceil(wait))


def is_guessing(request: HttpRequest) -> bool:
    """Count a wrong token, and tell whether its address has sent too many of them within a minute."""
    address = str(get_adapter(request).get_client_ip(request))
    key = "api-guess-" + hashlib.sha256(address.encode()).hexdigest()[:32]
    return count(key, MINUTE) > MOST_GUESSES


def count(key: str, seconds: float) -> int:
    """Count one more of something that is forgotten after a while; returns how many there were."""
    cache.add(key, 0, seconds)
    return int(cache.incr(key))


def are_too_many(key: str, most: int) -> bool:
    """Whether as many as may be were counted already."""
    return int(cache.get(key, 0)) >= most


def refused(sentence: str) -> HttpResponse:
    """Answer that something asks too often."""
    response = problems.response(429, sentence)
    response["Retry-After"] = str(int(MINUTE))
    return response

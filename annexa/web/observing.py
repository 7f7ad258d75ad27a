"""What is measured of every request: a name for the logs, a count and a time for Prometheus."""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Histogram

from annexa.lib import tracing

logger = logging.getLogger("annexa.request")
HEADER = "X-Request-ID"
STEPS = (0.01, 0.025, 0.05, 0.08, 0.1, 0.25, 0.5, 1, 2.5, 10)
requests = Counter("annexa_requests_total", "Requests answered.", ("method", "route", "status"))
seconds = Histogram("annexa_request_seconds", "Time a request took.", ("route",), buckets=STEPS)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def observe(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Name, count and time each request; a trusted proxy may have named it already."""
    trusts = bool(settings.ENVIRONMENT.trusted_proxies)

    def middleware(request: HttpRequest) -> HttpResponse:
        with tracing.named(request.headers.get(HEADER, "") if trusts else "") as name:
            start = time.perf_counter()
            response = get_response(request)
            _note(request, response.status_code, time.perf_counter() - start)
            response.headers[HEADER] = name
            return response

    return middleware


def _note(request: HttpRequest, status: int, took: float) -> None:
    method = request.method if request.method in METHODS else "OTHER"
    route = request.resolver_match.route if request.resolver_match else "none"
    requests.labels(method, route, status).inc()
    seconds.labels(route).observe(took)
    facts = {"method": method, "route": route, "status": status, "milliseconds": round(took * 1000, 1)}
    logger.info("%s /%s %s in %.1f ms", method, route, status, took * 1000, extra=facts)

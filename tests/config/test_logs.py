"""What a line of the log says and what it hides."""

import json
import logging

from annexa.config.logs import Formatter, JsonFormatter
from annexa.lib import tracing

TOKEN = "annexa_" + "a" * 26 + "_s3cret-part"


def _record(message, **facts):
    record = logging.makeLogRecord({"name": "annexa.request", "levelname": "INFO", "msg": message})
    record.__dict__.update(facts)
    return record


def test_a_line_of_json_carries_the_request_and_its_facts():
    with tracing.named("given-name-1"):
        line = json.loads(JsonFormatter().format(_record("asked", status=200, route="o/<slug>/", milliseconds=1.5)))
    assert (line["request"], line["status"], line["route"], line["message"]) == (
        "given-name-1",
        200,
        "o/<slug>/",
        "asked",
    )


def test_both_forms_hide_tokens():
    assert "s3cret" not in JsonFormatter().format(_record(f"with {TOKEN}"))
    assert "s3cret" not in Formatter("{trace} {message}", style="{").format(_record(f"with {TOKEN}"))


def test_a_name_that_could_be_no_name_is_replaced():
    for odd in ("", "short", "x" * 65, "new\nline-here", "späh-mich-an"):
        with tracing.named(odd) as name:
            assert name != odd


def test_an_error_comes_with_its_traceback():
    try:
        raise ValueError("boom")
    except ValueError as error:
        record = _record("failed")
        record.exc_info = (type(error), error, error.__traceback__)
    assert "boom" in json.loads(JsonFormatter().format(record))["error"]

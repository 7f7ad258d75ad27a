"""The OpenAPI document as a page to read: operations by subject, each with an example."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from annexa.api.application import api
from annexa.api.middleware import ROOT

SAMPLES = {"string": "…", "integer": 1, "number": 1.5, "boolean": True, "array": [], "object": {}}
SHOWN = ("path", "query", "header")


@dataclass(frozen=True)
class Field:
    """A parameter, or a field of a body."""

    name: str
    place: str
    kind: str
    required: bool
    description: str


@dataclass(frozen=True)
class Operation:
    """One operation in words."""

    anchor: str
    method: str
    path: str
    description: str
    permission: str
    fields: list[Field]
    body: list[Field]
    statuses: list[tuple[str, str]]
    example: str


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show every operation; no account needed, for the document is public too."""
    groups = [(tag, slugify(tag), operations) for tag, operations in grouped().items()]
    context = {"page_title": _("REST interface"), "groups": groups, "document": f"{ROOT}openapi.json"}
    return render(request, "api/reference.html", context)


@cache
def grouped() -> dict[str, list[Operation]]:
    """Return the operations by subject; they are the same for everybody."""
    document = api.get_openapi_schema(path_prefix=ROOT)
    found: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            found.setdefault(operation["tags"][0], []).append(_operation(document, path, method, operation))
    return found


def _operation(document: Any, path: str, method: str, operation: Any) -> Operation:
    kind, schema = next(iter(operation.get("requestBody", {}).get("content", {}).items()), ("", {"schema": {}}))
    whole = _resolved(document, schema["schema"])
    parameters = [each for each in operation.get("parameters", ()) if each["in"] in SHOWN]
    return Operation(
        anchor=operation["operationId"].removeprefix("annexa_api_parts_"),
        method=method.upper(),
        path=path,
        description=operation["description"].split("\n\nPermission:")[0],
        permission=operation.get("x-permission", ""),
        fields=[_parameter(document, each) for each in parameters],
        body=_fields(document, whole),
        statuses=[(str(status), answer["description"]) for status, answer in operation["responses"].items()],
        example=_curl(document, path, method, parameters, kind, whole),
    )


def _parameter(document: Any, given: Any) -> Field:
    words = given.get("description") or given["schema"].get("description", "")
    kind = _kind(document, given["schema"])
    return Field(given["name"], given["in"], kind, given.get("required", False), words)


def _fields(document: Any, schema: Any) -> list[Field]:
    required = schema.get("required", ())
    return [
        Field(name, "body", _kind(document, each), name in required, each.get("description", ""))
        for name, each in schema.get("properties", {}).items()
    ]


def _resolved(document: Any, schema: Any) -> Any:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def _kind(document: Any, schema: Any) -> str:
    """Return a type in words: `integer`, `list of string`, `one of open, done`."""
    schema = _resolved(document, schema)
    if "enum" in schema or "const" in schema:
        return " | ".join(str(each) for each in schema.get("enum", [schema.get("const")]) if each != "")
    if options := schema.get("anyOf") or schema.get("allOf"):
        return " | ".join(dict.fromkeys(_kind(document, each) for each in options))
    if schema.get("type") == "array":
        return f"[{_kind(document, schema.get('items', {}))}]"
    return str(schema.get("format") or schema.get("type", ""))


def _sample(document: Any, schema: Any) -> Any:
    schema = _resolved(document, schema)
    if schema.get("examples"):
        return schema["examples"][0]
    if options := schema.get("anyOf") or schema.get("allOf"):
        return _sample(document, options[0])
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "array":
        return [_sample(document, schema.get("items", {}))]
    if "properties" in schema:
        return {name: _sample(document, schema["properties"][name]) for name in _shown(schema)}
    return {"uuid": "01a21510-…", "date": "2026-12-18"}.get(
        schema.get("format", ""), SAMPLES.get(schema.get("type", ""))
    )


def _shown(schema: Any) -> list[str]:
    """Return the fields an example gives: those that are needed, or the first two."""
    return list(schema.get("required", ()) or list(schema["properties"])[:2])


def _curl(document: Any, path: str, method: str, parameters: Any, kind: str, body: Any) -> str:
    """Return a command line that calls the operation."""
    for each in parameters:
        if each["in"] == "path":
            value = str(_sample(document, each["schema"]) or "…")
            path = path.replace("{" + each["name"] + "}", value if value != "…" else each["name"].upper())
    needed = [each["name"] for each in parameters if each["in"] == "query" and each.get("required")]
    query = "?" + "&".join(f"{name}=…" for name in needed) if needed else ""
    parts = [f"curl -H 'Authorization: Bearer annexa_…' '{settings.BASE_URL}{quote(path, safe='/…')}{query}'"]
    if method not in ("get", "post") or (method == "post" and not kind):
        parts.insert(1, f"-X {method.upper()}")
    if kind == "application/json":
        text = json.dumps(_sample(document, body), ensure_ascii=False).replace("'", "’")
        parts.append(f"-H 'Content-Type: application/json' -d '{text}'")
    elif kind:
        parts.append("-F file=@FILE")
    return " \\\n  ".join(parts)

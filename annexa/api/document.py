"""The OpenAPI 3.1 document: what django-ninja derives from the operations, and what wraps all of them."""

import re
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from annexa.api.problems import MEDIA_TYPE, TITLES

SECURITY = {"token": {"type": "http", "scheme": "bearer", "description": "`annexa_…`, made under *Tokens*."}}
ALWAYS = (400, 401, 403, 404, 422, 429, 503)
ON_CHANGE = (409, 412, 413)
CONVERTER = re.compile(r"{\w+:")
PROBLEM = "#/components/schemas/Problem"
IDEMPOTENCY = {
    "name": "Idempotency-Key", "in": "header", "required": False, "schema": {"type": "string", "maxLength": 200},
    "description": "Sent again with the same request, the first answer comes back and nothing happens twice.",
}  # fmt: skip
IF_MATCH = {
    "name": "If-Match", "in": "header", "required": False, "schema": {"type": "string"},
    "description": "The ETag you read; refused with 412, showing both, when somebody changed the row since.",
}  # fmt: skip


class Api(NinjaAPI):
    """The interface, with a document that tells all of it."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        document = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        components = document["components"]
        components["securitySchemes"] = SECURITY
        document["security"] = [{"token": []}]
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                _complete(operation, method, permission=self._permission(path, method))
        return document

    def _permission(self, path: str, method: str) -> str:
        for prefix, router in self._routers:
            for view_path, view in router.path_operations.items():
                whole = CONVERTER.sub("{", f"/api/v1{prefix}{view_path}".replace("//", "/"))
                if whole.rstrip("/") == path.rstrip("/"):
                    for operation in view.operations:
                        if method.upper() in operation.methods:
                            return str(getattr(operation.view_func, "reads", ""))
        return ""


def _complete(operation: dict[str, Any], method: str, permission: str) -> None:
    """Add what holds for every operation: errors, headers that change what happens, the permission."""
    statuses = ALWAYS if method == "get" else ALWAYS + ON_CHANGE
    for status in statuses:
        answer = {"description": TITLES[status], "content": {MEDIA_TYPE: {"schema": {"$ref": PROBLEM}}}}
        operation["responses"].setdefault(status, answer)
    if method == "post":
        operation.setdefault("parameters", []).append(IDEMPOTENCY)
    if method in ("patch", "put"):
        operation.setdefault("parameters", []).append(IF_MATCH)
    if permission:
        operation["x-permission"] = permission
        operation["description"] = f"{operation.get('description', '')}\n\nPermission: `{permission}`.".strip()

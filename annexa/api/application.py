"""The REST interface as one object: its parts under `/api/v1/`."""

from django.utils.translation import gettext_lazy as _

from annexa.api import problems
from annexa.api.document import Api
from annexa.api.parts import history, tasks, tokens

DESCRIPTION = _(
    "Everything a person does on the pages, a program can do here, by the same commands: same permissions, same trail."
)

api = Api(title="Annexa", version="1", description=str(DESCRIPTION), docs_url=None, openapi_url="openapi.json",
               urls_namespace="api")  # fmt: skip
problems.register(api)
for prefix, router in (("history", history.router), ("tasks", tasks.router), ("tokens", tokens.router)):
    api.add_router(f"/{prefix}/", router)

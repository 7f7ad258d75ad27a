"""Where every page set hangs."""

from django.urls import include, path

from annexa.api import reference
from annexa.api.application import api
from annexa.config.security_txt import security_txt
from annexa.web.operation.views import metrics
from annexa.web.tasks.calendar import feed as calendar_feed

handler400 = "annexa.config.errors.bad_request"
handler403 = "annexa.config.errors.not_allowed"
handler404 = "annexa.config.errors.not_found"
handler500 = "annexa.config.errors.server_error"

organization = [
    path("", include("annexa.web.home.urls")),
    path("start/", include("annexa.web.start.urls")),
    path("context/", include("annexa.web.context.urls")),
    path("assets/", include("annexa.web.assets.urls")),
    path("risks/", include("annexa.web.risks.urls")),
    path("checks/", include("annexa.web.checks.urls")),
    path("evidence/", include("annexa.web.evidence.urls")),
    path("findings/", include("annexa.web.findings.urls")),
    path("gap/", include("annexa.web.gap.urls")),
    path("soa/", include("annexa.web.soa.urls")),
    path("catalog/", include("annexa.web.catalog.urls")),
    path("tasks/", include("annexa.web.tasks.urls")),
    path("inbox/", include("annexa.web.inbox.urls")),
    path("people/", include("annexa.web.people.urls")),
    path("me/", include("annexa.web.me.urls")),
    path("settings/", include("annexa.web.settings.urls")),
    path("history/", include("annexa.web.history.urls")),
    path("activity/", include("annexa.web.activity.urls")),
    path("plan/", include("annexa.web.plan.urls")),
    path("webhooks/", include("annexa.web.webhooks.urls")),
    path("records/", include("annexa.web.records.urls")),
    path("search/", include("annexa.web.search.urls")),
]

urlpatterns = [
    path(".well-known/security.txt", security_txt, name="security-txt"),
    path("", include("annexa.web.entrance.urls")),
    path("account/", include("annexa.web.account.urls")),
    path("template/", include("annexa.web.template.urls")),
    path("operation/", include("annexa.web.operation.urls")),
    path("calendar/<str:text>.ics", calendar_feed, name="calendar-feed"),
    path("metrics", metrics, name="metrics"),
    path("ui/", include("annexa.web.gallery.urls")),
    path("api/", reference.index, name="api-reference"),
    path("api/v1/", api.urls),
    path("o/<slug:organization>/", include(organization)),
]

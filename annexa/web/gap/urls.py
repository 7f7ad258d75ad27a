"""Gap analysis: nouns, then an id, then a verb."""

from django.urls import URLPattern, URLResolver, include, path

from annexa.web.gap.views import assessments, exchange, fields, overview, rows

app_name = "gap"

row = [
    path("", rows.row, name="row"),
    path("line/", fields.line, name="line"),
    path("rate/", fields.rate, name="rate"),
    path("save/", fields.save_row, name="save"),
    path("evidence/", rows.add_evidence, name="evidence"),
    path("evidence/<uuid:evidence_id>/", rows.evidence_file, name="evidence-file"),
    path("evidence/<uuid:evidence_id>/remove/", rows.remove_evidence, name="evidence-remove"),
]
one: list[URLPattern | URLResolver] = [
    path("", overview.index, name="assessment"),
    path("summary/", overview.summary, name="summary"),
    path("bulk/", rows.bulk, name="bulk"),
    path("documents/<slug:key>/", overview.document, name="document"),
    path("rename/", assessments.rename, name="rename"),
    path("close/", assessments.close, name="close"),
    path("report.<str:format>", exchange.report, name="report"),
    path("template.xlsx", exchange.template, name="template"),
    path("import/", exchange.upload, name="import"),
    path("import/<str:token>/", exchange.preview, name="preview"),
    path("<uuid:rating_id>/", include(row)),
]
urlpatterns = [
    path("", overview.index, name="index"),
    path("assessments/", assessments.index, name="assessments"),
    path("start/", assessments.start, name="start"),
    path("compare/", assessments.compare, name="compare"),
    path("rows/<uuid:rating_id>/", rows.find, name="rating"),
    path("<int:number>/", include(one)),
]

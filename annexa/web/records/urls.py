from django.urls import path

from annexa.web.records import exports, retention

app_name = "records"
urlpatterns = [
    path("retention/", retention.index, name="retention"),
    path("retention/rule/<slug:record_class>/", retention.rule, name="rule"),
    path("retention/rule/<slug:record_class>/propose/", retention.propose, name="propose"),
    path("retention/hold/<uuid:hold_id>/release/", retention.release, name="release"),
    path("retention/disposal/<uuid:disposal_id>/", retention.disposal, name="disposal"),
    path("retention/disposal/<uuid:disposal_id>/decide/", retention.decide, name="decide"),
    path("retention/disposal/<uuid:disposal_id>/withdraw/", retention.withdraw, name="withdraw"),
    path("exports/", exports.index, name="exports"),
    path("exports/make/", exports.make, name="export-make"),
    path("exports/<uuid:export_id>/", exports.progress, name="export-progress"),
    path("exports/<uuid:export_id>/download/", exports.download, name="export-download"),
    path("exports/<uuid:export_id>/remove/", exports.remove, name="export-remove"),
]

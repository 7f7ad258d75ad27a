from django.urls import path

from annexa.web.records import exports

app_name = "records"
urlpatterns = [
    path("exports/", exports.index, name="exports"),
    path("exports/make/", exports.make, name="export-make"),
    path("exports/<uuid:export_id>/", exports.progress, name="export-progress"),
    path("exports/<uuid:export_id>/download/", exports.download, name="export-download"),
    path("exports/<uuid:export_id>/remove/", exports.remove, name="export-remove"),
]

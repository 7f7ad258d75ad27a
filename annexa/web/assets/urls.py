from django.urls import path

from annexa.web.assets import imports, links, terms, views

app_name = "assets"
urlpatterns = [
    path("", views.index, name="index"),
    path("add/", views.add, name="add"),
    path("sbom/", imports.bill, name="bill"),
    path("sbom/<str:token>/", imports.bill, name="bill-look"),
    path("import/", imports.upload, name="import"),
    path("import/<str:token>/", imports.columns, name="import-columns"),
    path("terms/", terms.terms, name="terms"),
    path("terms/fields/", terms.fields, name="terms-fields"),
    path("<uuid:asset_id>/", views.asset, name="asset"),
    path("<uuid:asset_id>/edit/", views.edit, name="edit"),
    path("<uuid:asset_id>/review/", views.review, name="review"),
    path("<uuid:asset_id>/retire/", views.retire, name="retire"),
    path("<uuid:asset_id>/restore/", views.restore, name="restore"),
    path("<uuid:asset_id>/needs/add/", links.add, name="link"),
    path("<uuid:asset_id>/needs/<uuid:needed_id>/remove/", links.remove, name="unlink"),
]

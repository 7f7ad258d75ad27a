"""The catalog: frameworks, controls and the bridge from 2013."""

from django.urls import path

from annexa.web.catalog import views, views_own

app_name = "catalog"
urlpatterns = [
    path("", views.index, name="index"),
    path("bridge/", views.bridge, name="bridge"),
    path("controls/", views.controls, name="controls"),
    path("controls/add/", views_own.add, name="add-control"),
    path("import/", views_own.import_file, name="import"),
    path("own/<str:ref>/edit/", views_own.edit, name="edit-control"),
    path("own/<str:ref>/retire/", views_own.retire, name="retire-control"),
    path("own/<str:ref>/restore/", views_own.restore, name="restore-control"),
    path("<str:framework>/", views.framework, name="framework"),
    path("<str:framework>/<str:ref>/", views.control, name="control"),
]

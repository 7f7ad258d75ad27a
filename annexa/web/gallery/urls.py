"""The UI kit, shown."""

from django.urls import path

from annexa.web.gallery import views

app_name = "gallery"
urlpatterns = [
    path("", views.index, name="index"),
    path("search/", views.search, name="search"),
    path("autosave/", views.autosave, name="autosave"),
]

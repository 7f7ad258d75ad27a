from django.urls import path

from annexa.web.checks import views

app_name = "checks"
urlpatterns = [
    path("", views.index, name="index"),
    path("add/", views.add, name="add"),
    path("ready/", views.ready, name="ready"),
    path("for/<slug:framework>/<str:ref>/", views.against, name="against"),
    path("<uuid:check_id>/", views.check, name="check"),
    path("<uuid:check_id>/edit/", views.edit, name="edit"),
    path("<uuid:check_id>/record/", views.record, name="record"),
    path("<uuid:check_id>/off/", views.switch_off, name="off"),
    path("<uuid:check_id>/on/", views.switch_on, name="on"),
    path("<uuid:check_id>/retire/", views.retire, name="retire"),
    path("<uuid:check_id>/exclude/", views.exclude, name="exclude"),
    path("<uuid:check_id>/include/", views.include, name="include"),
]

from django.urls import path

from annexa.web.plan import views

app_name = "plan"
urlpatterns = [
    path("", views.index, name="index"),
    path("add/", views.add, name="add"),
    path("ask/", views.ask, name="ask"),
    path("file/<slug:format>/", views.file, name="file"),
    path("<uuid:action_id>/", views.action, name="action"),
    path("<uuid:action_id>/edit/", views.edit, name="edit"),
    path("<uuid:action_id>/progress/", views.progress, name="progress"),
]

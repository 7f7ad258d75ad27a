from django.urls import path

from annexa.web.inbox import views

app_name = "inbox"
urlpatterns = [
    path("", views.index, name="index"),
    path("read/", views.read_all, name="read-all"),
    path("preferences/", views.preferences, name="preferences"),
    path("<uuid:notice_id>/", views.notice, name="notice"),
]

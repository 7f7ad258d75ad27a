from django.urls import path

from annexa.web.inbox import chats, views

app_name = "inbox"
urlpatterns = [
    path("", views.index, name="index"),
    path("read/", views.read_all, name="read-all"),
    path("preferences/", views.preferences, name="preferences"),
    path("chats/", chats.index, name="chats"),
    path("chats/<uuid:channel_id>/try/", chats.try_one, name="try-chat"),
    path("chats/<uuid:channel_id>/remove/", chats.remove, name="remove-chat"),
    path("<uuid:notice_id>/", views.notice, name="notice"),
]

from django.urls import path

from annexa.web.settings import views

app_name = "settings"
urlpatterns = [
    path("", views.index, name="index"),
    path("four-eyes/", views.four_eyes, name="four-eyes"),
]

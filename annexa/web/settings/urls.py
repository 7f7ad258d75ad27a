from django.urls import path

from annexa.web.settings import sign_in, views

app_name = "settings"
urlpatterns = [
    path("", views.index, name="index"),
    path("four-eyes/", views.four_eyes, name="four-eyes"),
    path("second-factor/", sign_in.second_factor, name="second-factor"),
]

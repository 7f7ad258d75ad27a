from django.urls import path

from annexa.web.settings import sign_in, views

app_name = "settings"
urlpatterns = [
    path("", views.index, name="index"),
    path("four-eyes/", views.four_eyes, name="four-eyes"),
    path("single-sign-on/", sign_in.single_sign_on, name="single-sign-on"),
    path("single-sign-on/domains/", sign_in.domains, name="domains"),
    path("single-sign-on/required/", sign_in.required, name="sso-required"),
    path("single-sign-on/disconnect/", sign_in.disconnect, name="disconnect"),
    path("second-factor/", sign_in.second_factor, name="second-factor"),
]

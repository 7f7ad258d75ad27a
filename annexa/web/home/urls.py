from django.urls import path

from annexa.web.home import views

app_name = "home"
urlpatterns = [
    path("", views.index, name="index"),
    path("guide/", views.guide, name="guide"),
]

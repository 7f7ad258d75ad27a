"""Search everything the person may see."""

from django.urls import path

from annexa.web.search import views

app_name = "search"
urlpatterns = [path("", views.index, name="index")]

from django.urls import path

from annexa.web.activity import views

app_name = "activity"
urlpatterns = [path("", views.index, name="index")]

from django.urls import path

from annexa.web.start import views

app_name = "start"
urlpatterns = [
    path("", views.questions, name="questions"),
    path("scope/", views.scope, name="scope"),
]

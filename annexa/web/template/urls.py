from django.urls import URLPattern

app_name = "template"
urlpatterns: list[URLPattern] = []

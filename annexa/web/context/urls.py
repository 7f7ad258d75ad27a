from django.urls import URLPattern

app_name = "context"
urlpatterns: list[URLPattern] = []

from django.urls import URLPattern

app_name = "gap"
urlpatterns: list[URLPattern] = []

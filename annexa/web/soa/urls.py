from django.urls import URLPattern

app_name = "soa"
urlpatterns: list[URLPattern] = []

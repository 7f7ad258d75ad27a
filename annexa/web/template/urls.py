"""What anybody may download."""

from django.urls import path

from annexa.web.template import views

app_name = "template"
urlpatterns = [path("gap.xlsx", views.gap_xlsx, name="gap-xlsx")]

from django.urls import path

from annexa.web.webhooks import views

app_name = "webhooks"
urlpatterns = [
    path("", views.index, name="index"),
    path("add/", views.add, name="add"),
    path("<uuid:endpoint_id>/", views.endpoint, name="endpoint"),
    path("<uuid:endpoint_id>/edit/", views.edit, name="edit"),
    path("<uuid:endpoint_id>/<slug:action>/", views.act, name="act"),
    path("delivery/<uuid:delivery_id>/", views.delivery, name="delivery"),
    path("delivery/<uuid:delivery_id>/again/", views.again, name="again"),
]

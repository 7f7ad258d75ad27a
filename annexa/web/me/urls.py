from django.urls import path

from annexa.web.me import views

app_name = "me"
urlpatterns = [
    path("tokens/", views.index, name="tokens"),
    path("tokens/add/", views.add, name="add-token"),
    path("tokens/<uuid:token_id>/revoke/", views.revoke, name="revoke-token"),
]

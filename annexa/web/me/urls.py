from django.urls import path

from annexa.web.me import stand_ins, views

app_name = "me"
urlpatterns = [
    path("tokens/", views.index, name="tokens"),
    path("tokens/add/", views.add, name="add-token"),
    path("tokens/<uuid:token_id>/revoke/", views.revoke, name="revoke-token"),
    path("stand-ins/", stand_ins.index, name="stand-ins"),
    path("stand-ins/<uuid:delegation_id>/end/", stand_ins.end, name="end-stand-in"),
]

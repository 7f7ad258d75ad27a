from django.urls import path

from annexa.web.evidence import requests, views

app_name = "evidence"
urlpatterns = [
    path("", views.index, name="index"),
    path("add/", views.add, name="add"),
    path("for/<slug:framework>/<str:ref>/", views.against, name="against"),
    path("requests/", requests.index, name="requests"),
    path("requests/ask/", requests.ask, name="ask"),
    path("requests/<uuid:request_id>/", requests.request_, name="request"),
    path("requests/<uuid:request_id>/answer/", requests.answer, name="answer"),
    path("requests/<uuid:request_id>/decide/", requests.decide, name="decide"),
    path("requests/<uuid:request_id>/withdraw/", requests.withdraw, name="withdraw"),
    path("<uuid:piece_id>/", views.evidence, name="evidence"),
    path("<uuid:piece_id>/edit/", views.edit, name="edit"),
    path("<uuid:piece_id>/edition/", views.add_edition, name="add-edition"),
    path("<uuid:piece_id>/editions/<int:number>/file/", views.file, name="file"),
    path("<uuid:piece_id>/retire/", views.retire, name="retire"),
]

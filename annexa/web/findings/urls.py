from django.urls import path

from annexa.web.findings import views

app_name = "findings"
urlpatterns = [
    path("", views.index, name="index"),
    path("import/", views.bring_in, name="import"),
    path("for/<slug:framework>/<str:ref>/", views.against, name="against"),
    path("<uuid:finding_id>/", views.finding, name="finding"),
    path("<uuid:finding_id>/decide/", views.decide, name="decide"),
    path("<uuid:finding_id>/assign/", views.assign, name="assign"),
    path("<uuid:finding_id>/risk/", views.raise_risk, name="raise"),
]

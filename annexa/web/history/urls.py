from django.urls import path

from annexa.web.history import views

app_name = "history"
urlpatterns = [
    path("", views.index, name="index"),
    path("<str:register>/", views.register, name="register"),
    path("<str:register>/changes/", views.changes, name="changes"),
    path("<str:register>/<uuid:row_id>/", views.row, name="row"),
]

from django.urls import path

from annexa.web.context import views

app_name = "context"
urlpatterns = [
    path("", views.index, name="index"),
    path("scope/edit/", views.edit_scope, name="edit-scope"),
    path("scopes/add/", views.add_scope, name="add-scope"),
    path("<slug:kind>/add/", views.add, name="add"),
    path("<slug:kind>/<uuid:row_id>/", views.edit, name="edit"),
    path("<slug:kind>/<uuid:row_id>/remove/", views.remove, name="remove"),
]

from django.urls import path

from annexa.web.people import leaving, views

app_name = "people"
urlpatterns = [
    path("", views.index, name="index"),
    path("invite/", views.invite, name="invite"),
    path("invite/list/", views.invite_list, name="invite-list"),
    path("access-review/<str:format>/", views.access_review, name="access-review"),
    path("invitations/<uuid:invitation_id>/withdraw/", views.withdraw, name="withdraw"),
    path("roles/", views.roles, name="roles"),
    path("<uuid:membership_id>/", views.member, name="member"),
    path("<uuid:membership_id>/deactivate/", leaving.leave, name="deactivate"),
    path("<uuid:membership_id>/reactivate/", views.reactivate, name="reactivate"),
]

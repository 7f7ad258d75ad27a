from django.urls import path

from annexa.web.entrance import views

urlpatterns = [
    path("", views.home, name="home"),
    path("welcome/<str:token>/", views.welcome, name="welcome"),
    path("sign-in/<str:token>/", views.sign_in_link, name="sign-in-link"),
    path(
        "invitation/<uuid:organization_id>/<uuid:invitation_id>/<str:token>/",
        views.invitation,
        name="invitation",
    ),
    path("new/", views.new_organization, name="new-organization"),
]

"""A person's own pages, and those of django-allauth; sign-up stays closed, so its page is not routed."""

from allauth.account import views as allauth
from django.urls import include, path, re_path

from annexa.web.account import single_sign_on, views

urlpatterns = [
    path("", views.profile, name="account_profile"),
    path("email/", views.email, name="account_email"),
    path("confirm-email/<str:key>/", allauth.confirm_email, name="account_confirm_email"),
    path("sessions/", views.sessions, name="account_sessions"),
    path("sessions/end-others/", views.end_others, name="account_end_other_sessions"),
    path("sessions/<int:session_id>/end/", views.end_session, name="account_end_session"),
    path("second-factor/", include("allauth.mfa.urls")),
    path("login/", allauth.login, name="account_login"),
    path("company/", single_sign_on.start, name="sso_start"),
    path("company/<uuid:organization_id>/", single_sign_on.login, name="sso_login"),
    path("company/<uuid:organization_id>/callback/", single_sign_on.callback, name="sso_callback"),
    path("logout/", allauth.logout, name="account_logout"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path("password/set/", allauth.password_set, name="account_set_password"),
    path("password/reset/", allauth.password_reset, name="account_reset_password"),
    path("password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]

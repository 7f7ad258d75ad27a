"""The pages that need no sign-in; everything else does."""

from django.http import HttpRequest

PAGES = {
    "account_confirm_email",
    "account_inactive",
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "api-reference",
    "calendar-feed",
    "invitation",
    "metrics",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "security-txt",
    "sign-in-link",
    "sso_callback",
    "sso_login",
    "sso_start",
    "template:gap-xlsx",
    "welcome",
}


def is_public(request: HttpRequest) -> bool:
    """Whether the page of this request is open to everybody."""
    return request.resolver_match is not None and request.resolver_match.view_name in PAGES

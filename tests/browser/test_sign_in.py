"""Signing in with a real browser: passkeys of a virtual authenticator, codes computed from the secret."""

import shutil

import pytest
from playwright.sync_api import expect

from tests import oidc
from tests.browser import servers
from tests.browser.conftest import home_folder
from tests.factories import sign_in as codes

pytestmark = pytest.mark.slow
PASSWORD = "nine calm lanterns by the quay"


@pytest.fixture(scope="module")
def site(empty_server):
    """The installation under a name: an address of digits cannot have passkeys."""
    return empty_server.url.replace("127.0.0.1", "localhost")


@pytest.fixture(scope="module")
def links(empty_server):
    """One-time links of fresh people, from the operator's command line."""

    def link(site, email):
        known = servers.settings_for(empty_server.home, 1) | {"ANNEXA_BASE_URL": site}
        return servers.annexa(known, "createadmin", "--email", email).strip()

    return link


@pytest.fixture
def person(open_page, site, links, request):
    """Somebody who has come in by a link and set a password, in a browser with a virtual authenticator."""
    email = f"{request.node.name[:20].replace('_', '-')}@example.com"
    page = open_page()
    page.goto(links(site, email))
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{site}/account/password/set/")
    for field in page.locator("main input[type=password]").all():
        field.fill(PASSWORD)
    page.get_by_role("button", name="Save the password").click()
    page.wait_for_load_state()
    return page, email


def _authenticator(page):
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return devices


def _add_passkey(page, site, name):
    page.goto(f"{site}/account/second-factor/webauthn/add/")
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()


def _sign_out(page):
    page.get_by_role("button", name="account and organisations").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/account/login/**")


def _sign_in(page, site, email):
    page.goto(f"{site}/account/login/")
    page.get_by_label("Email").fill(email)
    page.locator("input[type=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_passkey_is_added_named_signs_in_and_is_removed(person, site):
    page, _email = person
    _authenticator(page)
    _add_passkey(page, site, "Work laptop")
    page.goto(f"{site}/account/second-factor/webauthn/")
    expect(page.get_by_text("Work laptop")).to_be_visible()
    _sign_out(page)
    page.get_by_role("button", name="Continue with a passkey").click()
    page.wait_for_url(lambda url: "login" not in url)
    page.goto(f"{site}/account/second-factor/webauthn/")
    page.get_by_role("link", name="Rename Work laptop").click()
    page.get_by_label("Name").fill("Old laptop")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Remove Old laptop").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("No passkey yet")).to_be_visible()


def test_a_passkey_confirms_the_password(person, site):
    page, email = person
    _authenticator(page)
    _add_passkey(page, site, "Key")
    _sign_out(page)
    _sign_in(page, site, email)
    expect(page.get_by_role("heading", name="Your second factor")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(lambda url: "authenticate" not in url)
    page.goto(f"{site}/account/")
    expect(page.locator("h1", has_text="My account")).to_be_visible()


def test_where_no_passkey_can_be_used_the_page_says_so(open_page, empty_server):
    page = open_page()
    page.goto(f"{empty_server.url}/account/login/")
    page.get_by_role("button", name="Continue with a passkey").click()
    expect(page.get_by_text("The passkey was not used")).to_be_visible()


def test_a_code_and_then_a_recovery_code_let_in_once(person, site):
    page, email = person
    page.goto(f"{site}/account/second-factor/totp/activate/")
    expect(page.get_by_alt_text("The key as a QR code")).to_be_visible()
    secret = page.get_by_label("Key", exact=True).input_value()
    page.get_by_label("Authenticator code").fill(codes.code(secret))
    page.get_by_role("button", name="Turn it on").click()
    recovery = page.locator(".account-codes code").first.inner_text()
    for given, lets_in in ((recovery, True), (recovery, False)):
        _sign_out(page)
        _sign_in(page, site, email)
        page.get_by_label("Code").fill(given)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_load_state()
        assert ("authenticate" not in page.url) is lets_in
        if lets_in:
            page.goto(f"{site}/account/")
    page.get_by_label("Code").fill(codes.code(secret))
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "authenticate" not in url)


def test_a_company_provider_signs_in_somebody_new_with_the_role_it_maps(open_page, tmp_path_factory):
    with oidc.running() as provider:
        home = home_folder(tmp_path_factory)
        server = servers.start(home, environment={"ANNEXA_ALLOW_PRIVATE_OIDC": "1"})
        try:
            owner = open_page()
            _found(owner, server)
            _connect(owner, server, provider)
            page = open_page()
            page.goto(f"{server.url}/account/login/")
            page.get_by_role("link", name="Company sign-in (SSO)").click()
            page.get_by_label("E-mail address").fill("kim@quay.example")
            page.get_by_role("button", name="Go on").click()
            page.locator("input[name=email]").fill("kim@quay.example")
            page.locator("input[name=group]").fill("isms")
            page.get_by_role("button", name="Go").click()
            page.wait_for_url("**/o/north-quay/**")
            owner.goto(f"{server.url}/o/north-quay/people/")
            expect(owner.locator("tr", has_text="kim@quay.example")).to_contain_text("ISMS manager")
        finally:
            servers.stop(server)
            shutil.rmtree(home, ignore_errors=True)


def _found(page, server):
    page.goto(server.link("administrator"))
    page.get_by_label("Your name").fill("Nora Berg")
    page.get_by_label("E-mail address").fill("nora@quay.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create administrator").click()
    page.get_by_label("Name of the organisation").fill("North Quay")
    page.get_by_role("button", name="Create and describe it").click()
    page.wait_for_url("**/o/north-quay/**")


def _connect(page, server, provider):
    page.goto(f"{server.url}/o/north-quay/settings/single-sign-on/")
    page.get_by_label("Address of the provider").fill(provider)
    page.get_by_label("Client ID").fill(oidc.CLIENT_ID)
    page.get_by_label("Client secret").fill(oidc.CLIENT_SECRET)
    page.get_by_label("Claim that tells the role").fill("groups")
    page.get_by_label("Which value gives which role").fill("isms = isms_manager")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_label("Domains of e-mail addresses").fill("quay.example")
    page.get_by_role("button", name="Save the domains").click()
    expect(page.get_by_label("Domains of e-mail addresses")).to_have_value("quay.example")

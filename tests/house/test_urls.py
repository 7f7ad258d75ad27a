"""Every URL, walked by a stranger, by nobody, and with another organisation's ids."""

import re
import uuid

import pytest
from django.urls import get_resolver, reverse

from annexa.assets.models import Asset
from annexa.catalog.models import Requirement
from annexa.evidence.models import ControlCheck, Evidence, EvidenceRequest, Finding
from annexa.isms.models import Issue
from annexa.lib.database import belonging
from annexa.organizations.models import ApiToken, Delegation, Invitation, Membership
from annexa.records.models import Disposal, Export, Hold
from annexa.risks.models import Risk, Simulation
from annexa.tasks.models import Channel, Notice, Task
from annexa.treatment.models import Action, GapAssessment, GapEvidence, GapRating, Statement, StatementRow
from annexa.web import public
from annexa.webhooks.models import Delivery, Endpoint
from tests.factories import organizations as make
from tests.house.test_shape import _patterns

pytestmark = pytest.mark.django_db
MODELS = {
    "membership_id": Membership,
    "invitation_id": Invitation,
    "token_id": ApiToken,
    "asset_id": Asset,
    "needed_id": Asset,
    "risk_id": Risk,
    "action_id": Action,
    "delegation_id": Delegation,
    "simulation_id": Simulation,
    "task_id": Task,
    "hold_id": Hold,
    "check_id": ControlCheck,
    "finding_id": Finding,
    "piece_id": Evidence,
    "request_id": EvidenceRequest,
    "disposal_id": Disposal,
    "channel_id": Channel,
    "notice_id": Notice,
    "rating_id": GapRating,
    "evidence_id": GapEvidence,
    "row_id": StatementRow,
    "export_id": Export,
    "endpoint_id": Endpoint,
    "webhook_id": Endpoint,
    "delivery_id": Delivery,
}
WORDS = {
    "kind": "issues", "number": 1, "key": "scope", "format": "csv", "framework": "iso27001-2022", "ref": "A.5.1",
    "token": "x", "text": "x", "record_class": "tasks", "organization_id": uuid.UUID(int=1),
    "register": "soa", "session_id": 1, "pk": 1, "job_id": 1, "action": "pause", "name": "x",
}  # fmt: skip
INSIDE = sorted(
    {(name, path) for path, name, _view in _patterns(get_resolver()) if path.startswith("o/")}, key=lambda pair: pair[0]
)


def _address(name, path, actor, scope_id=None):
    """Return an address with the ids of the actor's organisation, or of one of its scopes."""
    values = []
    for parameter in re.findall(r"<(?:\w+:)?(\w+)>", path):
        if parameter == "organization":
            values.append(actor.organization.slug)
        elif parameter in MODELS:
            model = Issue if name.startswith("context:") else MODELS[parameter]
            values.append(_an_id(model, actor, scope_id))
        else:
            values.append(WORDS[parameter])
    return reverse(name, args=values)


def _an_id(model, actor, scope_id=None):
    with make.inside(actor):
        known = {}
        wanted = scope_id if belonging.reaches_scope(model) else None
        fit = (row for row in model.objects.all() if wanted in (None, belonging.scope_of(row, known)))
        return next((row.pk for row in fit), None)


def test_there_is_a_row_behind_every_id(two_organisations):
    ours, _theirs = two_organisations
    assert [name for name, model in MODELS.items() if _an_id(model, ours) is None] == []
    with make.inside(ours):
        assert GapAssessment.objects.exists()
        assert Statement.objects.exists()
        assert Requirement.objects.exists()


@pytest.mark.slow
def test_a_stranger_finds_nothing_behind_any_url(client, two_organisations):
    ours, theirs = two_organisations
    make.signed_in(client, theirs)
    seen = {}
    for name, path in INSIDE:
        address = _address(name, path, ours)
        seen[name] = {client.get(address).status_code, client.post(address, {}).status_code}
    assert {name: codes for name, codes in seen.items() if codes != {404}} == {}


@pytest.mark.slow
def test_an_id_of_another_organisation_is_not_found_under_ones_own(client, two_organisations):
    ours, theirs = two_organisations
    make.signed_in(client, theirs)
    found = {}
    for name, path in INSIDE:
        if not set(re.findall(r"<\w+:(\w+)>", path)) & set(MODELS):
            continue
        address = _address(name, path, ours).replace(f"/o/{ours.organization.slug}/", f"/o/{theirs.organization.slug}/")
        codes = {client.get(address).status_code, client.post(address, {}).status_code}
        if not codes <= {404, 405}:
            found[name] = codes
    assert found == {}


@pytest.mark.slow
def test_an_id_of_another_scope_is_not_found_by_a_member_of_one(client, two_scopes):
    owner, limited, second = two_scopes
    make.signed_in(client, limited)
    found, tried = {}, 0
    for name, path in INSIDE:
        if not set(re.findall(r"<\w+:(\w+)>", path)) & set(MODELS):
            continue
        address = _address(name, path, owner, second.pk)
        tried += 1
        codes = {client.get(address).status_code, client.post(address, {}).status_code}
        if not codes <= {404, 405}:
            found[name] = codes
    assert found == {}
    assert tried > 20


@pytest.mark.slow
def test_no_page_shows_a_member_of_one_scope_anything_of_another(client, two_scopes):
    owner, limited, second = two_scopes
    addresses = [_address(name, path, owner, limited.scope_id) for name, path in INSIDE]
    addresses += [f"{address}?scope={second.slug}" for address in addresses]
    addresses.append(make.url(owner, "search/?q=zebrafis"))
    shown = {}
    for who in (limited, owner):
        make.signed_in(client, who)
        pages = {address: _text(client.get(address)) for address in addresses}
        shown[who] = {address for address, text in pages.items() if MARK in text.casefold().replace(second.slug, "")}
    assert shown[limited] == set()
    assert len(shown[owner]) > 15  # the mark would show


MARK = "zebrafish"


def _text(answer):
    content = answer.getvalue()
    return content.decode() if answer.headers.get("Content-Type", "").startswith("text/") else str(content)


def test_nobody_gets_past_the_door_without_signing_in(client, two_organisations):
    ours, _theirs = two_organisations
    for name, path in INSIDE:
        answer = client.get(_address(name, path, ours))
        assert answer.status_code == 302, name
        assert answer["Location"].startswith("/account/login/"), name


def test_every_other_page_is_public_by_name_or_asks_for_a_sign_in(client):
    for path, name, _view in _patterns(get_resolver()):
        if path.startswith(("o/", "api/")) or name in public.PAGES or "<" in path:  # tests/api guards its own
            continue
        answer = client.get(reverse(name))
        assert answer.status_code == 302, name
        assert answer["Location"].startswith("/account/login/"), name

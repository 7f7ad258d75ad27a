"""A form that is refused without scripts comes back as a whole page with everything that was typed."""

import inspect

import pytest
from django.urls import get_resolver

from annexa.isms.models import Issue
from annexa.treatment.models import StatementRow
from tests.factories import everything
from tests.factories import organizations as make
from tests.house.test_shape import _patterns
from tests.house.test_urls import INSIDE, _address

TYPED = "Kept as typed"
REFUSED = {
    "assets:add": {"name": "", "kind": "software", "description": TYPED},
    "assets:edit": {"name": "", "kind": "software", "description": TYPED},
    "catalog:add-control": {"ref": "X" * 41, "title": TYPED},
    "catalog:edit-control": {"title": "", "summary": TYPED},
    "context:add": {"side": "above", "text": TYPED},
    "context:add-scope": {"name": "", "statement": TYPED},
    "context:edit": {"side": "above", "text": TYPED},
    "context:edit-scope": {"name": "", "statement": TYPED},
    "checks:add": {"title": "", "look": TYPED},
    "checks:edit": {"title": "", "look": TYPED},
    "checks:exclude": {"item": TYPED, "reason": ""},
    "checks:off": {"reason": TYPED, "until": ""},
    "checks:record": {"actual": TYPED},
    "evidence:add": {"title": "", "text": TYPED},
    "evidence:add-edition": {"collected_on": "soon", "text": TYPED},
    "evidence:answer": {"existing": "EVID-99999", "text": TYPED},
    "evidence:ask": {"title": "", "note": TYPED},
    "evidence:decide": {"reason": TYPED * 50},
    "evidence:edit": {"title": "", "description": TYPED},
    "findings:assign": {"due": TYPED},
    "findings:decide": {"state": "false", "reason": TYPED * 50},
    "findings:import": {"target": TYPED},
    "gap:document": {"state": "present", "url": TYPED},
    "gap:evidence": {"title": TYPED, "url": "javascript:x", "dated": "2026-01-01"},
    "gap:rename": {"title": TYPED * 20},
    "gap:save": {"row-conformity": "partial", "row-target": "3", "row-note": TYPED, "row-effort": "soon"},
    "gap:start": {"title": TYPED * 20},
    "inbox:chats": {"address": TYPED, "name": "x"},
    "inbox:preferences": {"digest_hour": "25", "quiet_from": TYPED},
    "me:add-token": {"name": TYPED, "days": "365"},
    "me:stand-ins": {"kind": "tasks", "starts_on": "soon", "reason": TYPED},
    "people:invite": {"email": TYPED, "role": "reader"},
    "people:invite-list": {"people": TYPED, "role": "reader"},
    "people:member": {"role": "reader", "expires_on": TYPED},
    "plan:add": {"title": "", "state": "planned", "note": TYPED},
    "plan:edit": {"title": "", "state": "planned", "note": TYPED},
    "plan:progress": {"state": "perhaps", "state_note": TYPED},
    "records:release": {"reason": TYPED * 50},
    "records:retention": {"reason": "", "record": TYPED},
    "records:rule": {"months": "0", "basis": TYPED},
    "risks:accept": {"seen": "", "valid_until": "soon", "note": TYPED},
    "risks:add": {"title": "", "nature": "threat", "knowledge": "fair", "event": TYPED},
    "risks:edit": {"title": "", "nature": "threat", "knowledge": "fair", "event": TYPED},
    "risks:estimate": {"frequency-kind": "guess", "note": TYPED},
    "risks:read": {"stage": "current", "likelihood": "9", "note": TYPED},
    "risks:decide": {"decision": "perhaps", "decision_note": TYPED},
    "settings:four-eyes": {"four_eyes_relaxed": "on", "four_eyes_reason": ""},
    "settings:domains": {"domains": TYPED},
    "settings:single-sign-on": {"issuer": TYPED, "client_id": "x", "client_secret": "y", "default_role": "reader"},
    "settings:index": {"name": "", "time_zone": "UTC", "currency": "EUR", "legal_name": TYPED},
    "soa:leave-out": {"justification": TYPED * 2000},
    "soa:link": {"title": TYPED, "url": "javascript:x"},
    "soa:row": {"justification": TYPED, "status": "perhaps"},
    "start:questions": {"profile": TYPED, "size": "small", "protects": ["personal_data_eu"]},
    "start:scope": {"name": "", "statement": TYPED},
    "tasks:add": {"title": "", "note": TYPED},
    "tasks:task": {"title": "", "note": TYPED},
}
REFUSED |= {
    "webhooks:add": {"url": TYPED, "events": ["*"]},
    "webhooks:edit": {"url": TYPED, "events": ["*"]},
}
CHOSEN = {
    "start:questions": 'value="personal_data_eu" class="form-check-input" checked',
    "settings:four-eyes": " checked",
}
# Buttons, choices for many rows at once, and files: nothing is typed, or a browser would not give it back.
NOTHING_TYPED = {
    "assets:bill", "assets:bill-look",
    "assets:import", "assets:index", "assets:import-columns", "assets:link", "assets:restore", "assets:retire",
    "assets:review", "assets:terms", "assets:terms-fields", "assets:unlink",
    "catalog:framework", "catalog:import", "catalog:restore-control", "catalog:retire-control", "context:remove",
    "gap:bulk", "gap:close", "gap:evidence-remove", "gap:import", "gap:preview", "gap:rate",
    "inbox:read-all", "inbox:remove-chat", "inbox:try-chat",
    "me:end-stand-in", "me:revoke-token", "plan:ask",
    "people:deactivate", "people:reactivate", "people:withdraw", "soa:approve", "soa:confirm", "soa:import",
    "soa:import-columns", "soa:own-controls", "soa:return", "soa:start", "soa:submit", "soa:unlink", "tasks:finish",
    "tasks:calendar-address", "tasks:withdraw-calendar",
    "checks:include", "checks:on", "checks:ready", "checks:retire",
    "findings:index", "findings:raise", "evidence:retire", "evidence:withdraw",
    "records:decide", "records:propose", "records:withdraw",
    "records:export-make", "records:export-download", "records:export-remove",
    "risks:import", "risks:import-columns",
    "risks:close", "risks:duplicate", "risks:index", "risks:library", "risks:method-approve", "risks:method-drop",
    "risks:estimate-drop", "risks:numbers",
    "risks:method-edit", "risks:withdraw", "risks:method-start", "risks:reopen",
    "webhooks:act", "webhooks:again",
    "settings:disconnect", "settings:second-factor", "settings:sso-required", "tasks:reopen",
}  # fmt: skip


def test_every_view_that_takes_a_form_is_walked_below():
    posts = {
        name
        for path, name, view in _patterns(get_resolver())
        if path.startswith("o/") and "POST" in inspect.getsource(inspect.unwrap(view))
    }
    assert posts - set(REFUSED) - NOTHING_TYPED == set()


@pytest.mark.django_db
@pytest.mark.slow
def test_a_refused_form_shows_a_whole_page_with_what_was_typed(client):
    actor = everything.organization("Harbour")
    paths = dict(INSIDE)
    with make.inside(actor):
        ids = {
            "soa:leave-out": StatementRow.objects.get(requirement__ref="A.7.12").pk,
            "context:edit": Issue.objects.values_list("pk", flat=True)[0],
        }
    make.signed_in(client, actor)
    lost = {}
    for name, given in REFUSED.items():
        usual = _address(name, paths[name], actor)
        address = usual.replace("A.5.1", "SITE-1")
        if name in ids:
            parts = usual.split("/")
            place = next(at for at, part in enumerate(parts) if part.count("-") == 4 and len(part) == 36)
            address = "/".join([*parts[:place], str(ids[name]), *parts[place + 1 :]])
        answer = client.post(address, given)
        text = answer.content.decode()
        kept = CHOSEN.get(name, TYPED) in text and "<title>" in text and 'class="ax-error"' in text
        if answer.status_code != 422 or not kept:
            lost[name] = answer.status_code, "<title>" in text, TYPED in text, 'class="ax-error"' in text
    assert lost == {}

"""Each part through REST: what it does, and what it refuses."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from annexa.activity import queries as activity
from annexa.organizations.roles import Role
from annexa.treatment.models import StatementRow
from tests.catalog.test_format import GOOD
from tests.factories import everything
from tests.factories import organizations as make
from tests.factories.treatment import newest
from tests.factories.treatment import row as rating_of

pytestmark = pytest.mark.django_db
NOBODY = "01a21510-6ea4-717d-a73f-e14aa302b6f7"


@pytest.fixture
def harbour():
    actor = everything.organization("Harbour")
    with make.inside(actor):
        yield actor


@pytest.fixture
def ask(harbour, program):
    return program(harbour)


def _first(ask, path):
    return ask("get", path).data["items"][0]


def test_me_says_who_and_what(harbour, program):
    me = program(harbour, "soa:read", "gap:read")("get", "me").data
    assert (me["name"], me["role"], me["organization"]["slug"]) == ("Olga Owner", "owner", harbour.organization.slug)
    assert me["permissions"] == ["gap:read", "soa:read"]


def test_the_organisation_changes_as_on_its_page(ask, harbour):
    seen = ask("get", "organization")
    changed = ask("patch", "organization", {"legal_name": "Harbour Ltd", "currency": "SEK"}, if_match=seen["ETag"])
    assert (changed.data["legal_name"], changed.data["currency"]) == ("Harbour Ltd", "SEK")
    assert ask("patch", "organization", {"name": "Late"}, if_match=seen["ETag"]).status_code == 412
    assert ask("patch", "organization", {"currency": "krona"}).data["errors"][0]["field"] == "currency"


def test_somebody_is_invited_changed_and_ended(ask, harbour):
    invited = ask("post", "invitations/", {"email": "samir@example.com", "role": "contributor"})
    assert invited.status_code == 201
    assert ask("delete", f"invitations/{invited.data['id']}").status_code == 204
    assert ask("delete", f"invitations/{invited.data['id']}").status_code == 404
    assert ask("post", "invitations/", {"email": "no address", "role": "reader"}).data["errors"][0]["field"] == "email"
    member = make.member(harbour, Role.READER)
    where = f"members/{member.membership.pk}"
    assert ask("patch", where, {"role": "contributor", "expires": "2030-01-01"}).data["role"] == "contributor"
    assert ask("patch", where, {"scope": "nowhere"}).data["errors"][0]["field"] == "scope"
    assert ask("post", f"{where}/deactivate").data["state"] == "ended"
    assert ask("post", f"{where}/reactivate").data["state"] == "active"


def test_a_scope_is_added_described_and_given_a_profile(ask):
    made = ask("post", "scopes/", {"name": "Payments"})
    assert made["Location"] == "/api/v1/scopes/payments"
    assert ask("patch", "scopes/payments", {"headcount": 12, "sites": "Lisbon"}).data["headcount"] == 12
    assert ask("get", "scopes/payments/profile").status_code == 404
    profile = {"profile": "saas", "size": "medium", "protects": ["customer_data"]}
    assert ask("post", "scopes/payments/profile", profile).status_code == 200
    assert ask("get", "context/issues/?scope=payments").data["items"]
    assert ask("post", "scopes/payments/profile", profile | {"size": "huge"}).data["errors"][0]["field"] == "size"


@pytest.mark.parametrize(
    ("kind", "new", "change"),
    [
        ("issues", {"side": "internal", "text": "Few people"}, {"text": "Fewer people"}),
        ("parties", {"name": "Port authority", "needs": "Reports"}, {"addressed": False}),
        ("obligations", {"title": "NIS 2", "kind": "legal", "controls": ["A.5.24"]}, {"why": "Essential entity"}),
    ],
)
def test_the_context_is_kept_row_by_row(ask, kind, new, change):
    made = ask("post", f"context/{kind}/", new)
    where = made["Location"].removeprefix("/api/v1/")
    changed = ask("patch", where, change, if_match=made["ETag"])
    assert changed.data == made.data | change | {"changed": changed.data["changed"]}
    assert ask("patch", where, change, if_match=made["ETag"]).status_code == 412
    assert ask("delete", where).status_code == 204
    assert ask("get", where).status_code == 404


def test_own_controls_are_kept_and_built_in_ones_are_not_changed(ask):
    made = ask("post", "controls/", {"ref": "OWN-9", "title": "Watch the gate", "control_type": ["Preventive"]})
    assert made.data["attributes"] == {"control_type": ["Preventive"]}
    assert ask("patch", "controls/OWN-9", {"summary": "At night"}).data["title"] == "Watch the gate"
    assert ask("post", "controls/", {"ref": "OWN-9", "title": "Again"}).data["errors"][0]["field"] == "ref"
    assert ask("post", "controls/OWN-9/retire").data["retired"]
    assert [each["ref"] for each in ask("get", "controls/?retired=true").data["items"]] == ["OWN-9"]
    assert ask("post", "controls/OWN-9/restore").data["retired"] is None
    assert ask("patch", "controls/A.5.1", {"title": "Ours"}).status_code == 404


def test_controls_are_found_by_theme_attribute_news_and_framework(ask):
    def count(query):
        return len(ask("get", f"controls/?limit=200&{query}").data["items"])

    assert count("framework=iso27001-2022") == 93
    assert count("framework=own") == 1
    assert count("change=new") == 11
    assert count("theme=people") == 8
    assert 0 < count("control_type=Corrective") < 93
    assert count("applicable=open&framework=iso27001-2022") < 93
    assert count("control_type=Corrective&control_type=Preventive") > count("control_type=Corrective")


def _upload(ask, path, name, content, **form):
    data = {"file": SimpleUploadedFile(name, content), **form}
    return ask.client.post(f"/api/v1/{path}", data, headers={"Authorization": f"Bearer {ask.text}"})


def test_a_framework_is_imported_and_what_is_wrong_with_it_is_named(ask):
    assert _upload(ask, "frameworks/import", "rules.yaml", GOOD.encode()).json()["framework"]
    answer = _upload(ask, "frameworks/import", "bad.yaml", b"format: annexa/framework/1\nid: 7\n")
    assert answer.status_code == 422
    assert "bad.yaml:" in answer.json()["detail"]


def test_a_rating_is_changed_and_a_lost_update_refused(ask):
    row = _first(ask, "gap/assessments/1/ratings")
    where = f"gap/ratings/{row['id']}"
    seen = ask("get", where)["ETag"]
    change = {"conformity": "partial", "maturity": 2, "effort": 2.5, "due": "2030-01-31"}
    changed = ask("patch", where, change, if_match=seen)
    assert changed.status_code == 200
    assert {name: changed.data[name] for name in change} == change
    assert ask("patch", where, {"maturity": 3}, if_match=seen).status_code == 412
    late = ask("patch", where, {"conformity": "conforming", "seen": {"conformity": "not_assessed"}})
    assert (late.status_code, late.data["current"], late.data["yours"]) == (409, "partial", "conforming")
    assert ask("patch", where, {"maturity": None, "due": None}).data["maturity"] is None


def test_an_owner_rates_their_own_rows_only(harbour, program, ask):
    jonas = make.member(harbour, Role.CONTRIBUTOR)
    mine, other = ask("get", "gap/assessments/1/ratings?limit=2").data["items"]
    ask("patch", f"gap/ratings/{mine['id']}", {"owner": str(jonas.membership.pk)})
    his = program(jonas)
    assert his("patch", f"gap/ratings/{mine['id']}", {"maturity": 1}).status_code == 200
    assert his("patch", f"gap/ratings/{other['id']}", {"maturity": 1}).status_code == 403


def test_many_ratings_change_together_or_not_at_all(ask):
    one, two = ask("get", "gap/assessments/1/ratings?limit=2").data["items"]
    bulk = "gap/assessments/1/ratings/bulk"
    rows = [{"id": one["id"], "maturity": 3}, {"id": two["id"], "conformity": "not_applicable"}]
    refused = ask("post", bulk, {"rows": rows})
    assert refused.status_code == 422
    assert refused.data["errors"][0] | {"detail": ""} == {"field": "conformity", "detail": "", "row": two["id"]}
    assert ask("get", f"gap/ratings/{one['id']}").data["maturity"] is None
    rows[1] = {"id": two["id"], "note": "Half of it"}
    assert ask("post", bulk, {"rows": rows}).data == {"changed": 2}
    assert ask("post", bulk, {"rows": [{"id": NOBODY}]}).data["errors"][0]["row"] == NOBODY


def test_ratings_are_filtered_and_sorted_as_on_the_page(ask):
    def refs(query):
        return [each["ref"] for each in ask("get", f"gap/assessments/1/ratings?limit=200&{query}").data["items"]]

    assert len(refs("part=control")) == 93
    assert len(refs("new=true")) == 11
    assert all(ref.startswith("6") for ref in refs("clause=6"))
    assert refs("q=write%20it") == ["A.5.1"]
    assert refs("sort=-action")[0] == "A.5.1"
    assert len(refs("owner=none")) == len(refs(""))
    assert refs("mandatory=true")


def test_evidence_is_a_link_or_a_file_and_never_a_hash(ask, harbour):
    row = rating_of(newest(harbour), "A.5.2")
    where = f"gap/ratings/{row.pk}/evidence"
    link = ask("post", where, {"url": "https://docs.example.com/roles", "sha256": "a" * 64})
    assert (link.status_code, link.data["sha256"]) == (201, "")
    made = _upload(ask, f"{where}/file", "roles.pdf", b"%PDF-1.7 roles", dated="2026-01-05").json()
    assert (made["title"], made["dated"], made["size"]) == ("roles.pdf", "2026-01-05", 14)
    answer = ask("get", f"{where}/{made['id']}/file")
    assert (answer.content, answer["Content-Type"]) == (b"%PDF-1.7 roles", "application/pdf")
    assert _upload(ask, f"{where}/file", "roles.exe", b"MZ").status_code == 422
    assert ask("post", where, {"url": "javascript:alert(1)"}).status_code == 422
    assert ask("delete", f"{where}/{link.data['id']}").status_code == 204
    assert [each["id"] for each in ask("get", where).data] == [made["id"]]


def test_an_upload_repeated_with_the_same_key_happens_once(ask, harbour):
    where = f"/api/v1/gap/ratings/{rating_of(newest(harbour), 'A.5.2').pk}/evidence"
    headers = {"Authorization": f"Bearer {ask.text}", "Idempotency-Key": "upload-1"}
    answers = [
        ask.client.post(f"{where}/file", {"file": SimpleUploadedFile("a.txt", b"text")}, headers=headers).json()
        for _each in range(2)
    ]
    assert answers[0] == answers[1]
    other = ask.client.post(f"{where}/file", {"file": SimpleUploadedFile("a.txt", b"other")}, headers=headers)
    assert other.status_code == 422


def test_an_assessment_is_closed_renamed_and_copied(ask):
    assert ask("patch", "gap/assessments/1", {"title": "First look"}).data["title"] == "First look"
    assert ask("post", "gap/assessments/", {"title": "Second"}).status_code == 422
    copy = ask("post", "gap/assessments/", {"title": "Second", "copy_from": 1, "close_open": True})
    assert (copy.status_code, copy.data["number"]) == (201, 2)
    assert ask("get", "gap/assessments/1").data["is_open"] is False
    assert ask("post", "gap/assessments/2/close").data["is_open"] is False
    assert ask("get", "gap/assessments/2/compare?since=1").data == []
    assert ask("get", "gap/assessments/9").status_code == 404


def test_documents_readiness_and_plan_are_read(ask):
    key = ask("get", "gap/assessments/1/documents").data[0]["key"]
    where = f"gap/assessments/1/documents/{key}"
    assert ask("patch", where, {"state": "draft", "url": "https://docs.example.com/a"}).data["state"] == "draft"
    whole = ask("get", "gap/assessments/1/readiness").data[0]
    assert (whole["part"], whole["total"]) == ("all", 123)
    [line] = ask("get", "gap/assessments/1/plan").data
    assert (line["ref"], line["action"], line["task"]) == ("A.5.1", "Write it down", "open")


def test_a_sheet_is_looked_at_then_brought_in(ask):
    sheet = b"Id,Conformity\n4.1,Partly\nA.5.1,Conforms\n"
    looked = _upload(ask, "gap/assessments/1/import?preview=true", "a.csv", sheet).json()
    assert (looked["changed"], [each["ref"] for each in looked["changes"]]) == (0, ["4.1", "A.5.1"])
    assert _upload(ask, "gap/assessments/1/import", "a.csv", sheet).json()["changed"] == 2
    wrong = _upload(ask, "gap/assessments/1/import", "a.csv", b"Id,Conformity\n4.1,green\n")
    assert wrong.status_code == 422
    assert "a.csv!B2" in wrong.json()["detail"]


@pytest.mark.parametrize("report", ["gap/assessments/1/report", "soa/statements/1/report"])
@pytest.mark.parametrize(("format", "start"), [("pdf", b"%PDF"), ("docx", b"PK"), ("xlsx", b"PK"), ("csv", b"\xef")])
def test_reports_are_files(ask, report, format, start):
    answer = ask("get", f"{report}/{format}")
    assert answer.content.startswith(start)
    assert f'.{format}"' in answer["Content-Disposition"]


def test_a_control_is_decided_linked_and_left_out(ask, harbour):
    row = ask("get", "soa/statements/1/rows?q=A.5.7").data["items"][0]
    where = f"soa/rows/{row['id']}"
    change = {"applicable": True, "reasons": ["risk"], "justification": "We are watched", "status": "planned"}
    assert ask("patch", where, change).data["reasons"] == ["risk"]
    late = ask("patch", where, {"status": "implemented", "seen": {"status": "not_started"}})
    assert (late.status_code, late.data["current"]) == (409, "planned")
    assert ask("post", f"{where}/links", {"url": "https://docs.example.com/a"}).status_code == 201
    assert ask("delete", f"{where}/links?url=https://docs.example.com/a").data["links"] == []
    proposed = StatementRow.objects.exclude(proposal={}).first()
    refused = ask("post", f"soa/rows/{proposed.pk}/exclusion", {"justification": " "})
    assert refused.data["errors"][0]["field"] == "justification"
    done = ask("post", f"soa/rows/{proposed.pk}/exclusion", {"justification": "We have no such thing here"})
    assert done.data["applicable"] is False


def test_many_controls_are_decided_together_or_not_at_all(ask):
    one, two = ask("get", "soa/statements/1/rows?limit=2").data["items"]
    bulk = "soa/statements/1/rows/bulk"
    rows = [{"id": one["id"], "status": "planned"}, {"id": two["id"], "links": [{"url": "javascript:x"}]}]
    refused = ask("post", bulk, {"rows": rows})
    assert (refused.status_code, refused.data["errors"][0]["row"]) == (422, two["id"])
    assert ask("get", f"soa/rows/{one['id']}").data["status"] == "not_started"
    rows[1]["links"] = []
    assert ask("post", bulk, {"rows": [rows[0], rows[1] | {"status": "planned"}]}).data == {"changed": 2}


def test_controls_of_a_statement_are_filtered_and_sorted_as_on_the_page(ask):
    def refs(query):
        return [each["ref"] for each in ask("get", f"soa/statements/1/rows?limit=200&{query}").data["items"]]

    assert len(refs("")) == 94
    assert refs("theme=own") == ["SITE-1"]
    assert len(refs("new=true")) == 11
    assert len(refs("applicable=yes&applicable=undecided")) == 94
    assert len(refs("contradicted=true")) < 95
    assert refs("proposals=true")
    assert refs("owner=nobody&mine=true") == []


def test_a_statement_goes_to_review_and_back_but_a_program_never_approves_it(ask):
    assert ask("post", "soa/statements/1/submit").status_code == 422
    assert ask("get", "soa/statements/1/problems").data[0]["stops"] is True
    rows = ask("get", "soa/statements/1/rows?limit=200").data["items"]
    decide = {"applicable": True, "reasons": ["baseline"]}
    assert ask("post", "soa/statements/1/rows/bulk", {"rows": [{"id": each["id"], **decide} for each in rows]}).data
    submitted = ask("post", "soa/statements/1/submit").data
    assert submitted["state"] == "in_review"
    assert ask("post", "soa/statements/1/return", {"submitted_hash": "other"}).status_code == 422
    returned = ask("post", "soa/statements/1/return", {"submitted_hash": submitted["submitted_hash"], "note": "Later"})
    assert returned.data["state"] == "draft"
    assert ask("post", "soa/statements/1/approve").status_code == 404


def test_the_inbox_is_read_and_arranged(ask, harbour, program):
    jonas = make.member(harbour, Role.CONTRIBUTOR)
    ask("post", "tasks/", {"title": "Look at the gate", "owner": str(jonas.membership.pk)})
    his = program(jonas)
    [notice] = his("get", "inbox/?unread=true").data["items"]
    assert "Look at the gate" in notice["sentence"]
    assert his("post", "inbox/read", {"ids": [notice["id"]]}).data == {"changed": 1}
    assert his("get", "inbox/?unread=true").data["items"] == []
    wanted = {"mail_at_once": ["task.late"], "in_digest": [], "digest_hour": 6}
    assert his("post", "inbox/choice", wanted).data["digest_hour"] == 6
    usual = {"quiet_from": "20:00", "quiet_to": "07:00", "chat_at_once": []}
    assert his("get", "inbox/choice").data | wanted == wanted | usual
    assert his("post", "inbox/choice", wanted | {"chat_at_once": ["task.given"]}).data["chat_at_once"] == ["task.given"]
    assert his("post", "inbox/choice", wanted).data["chat_at_once"] == ["task.given"]
    assert his("post", "inbox/choice", wanted | {"in_digest": ["moon"]}).status_code == 422


def test_the_trail_is_read_backwards_and_by_command(ask, harbour):
    seen, cursor = [], ""
    for _page in range(100):
        data = ask("get", f"activity/?limit=5&cursor={cursor}").data
        seen += [each["seq"] for each in data["items"]]
        if not (cursor := data["next"]):
            break
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == activity.verify(harbour.organization_id).entries
    [entry] = ask("get", "activity/?command=organizations.invite_person").data["items"]
    assert entry["subject_type"] == "organizations.invitation"


def test_search_finds_what_the_member_may_see(ask, harbour, program):
    assert {each["kind"] for each in ask("get", "search?q=a").data} >= {"requirement", "member", "assessment"}
    employee = make.member(harbour, Role.EMPLOYEE)
    assert program(employee)("get", "search?q=policy").data == []


def test_a_register_is_read_as_it_stood(ask):
    task = ask("get", "tasks/").data["items"][0]
    ask("patch", f"tasks/{task['id']}", {"title": "Later words"})
    day = (datetime.date.today() - datetime.timedelta(days=1)).isoformat()
    assert ask("get", f"history/tasks?as_of={day}").data["items"] == []
    assert "Later words" in str(ask("get", "history/tasks").data)


def test_a_member_of_one_scope_finds_nothing_of_another(two_scopes, program):
    _owner, limited, second = two_scopes
    ask = program(limited)
    assert ask("get", f"gap/assessments/?scope={second.slug}").status_code == 404
    assert [each["slug"] for each in ask("get", "scopes/").data["items"]] == ["main"]

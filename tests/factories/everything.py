"""An organisation with something in every table, for the tests that walk all of them."""

import datetime

from annexa.assets.models import Asset
from annexa.assets.services import assets, dependencies
from annexa.catalog import library
from annexa.catalog import services as catalog
from annexa.catalog.models import Requirement
from annexa.evidence.contents import Content
from annexa.evidence.services import checks, findings, requests
from annexa.evidence.services import evidence as pieces
from annexa.isms import services as isms
from annexa.isms.models import InterestedParty, Issue, Obligation
from annexa.isms.profiles import Answers
from annexa.jobs import progress
from annexa.lib import clock
from annexa.organizations import queries as organizations
from annexa.organizations import services as people
from annexa.organizations.models import ExternalIdentity
from annexa.organizations.roles import Role
from annexa.organizations.services import single_sign_on
from annexa.records.services import exports, retention
from annexa.risks.models import Risk
from annexa.risks.queries import methods as method_queries
from annexa.risks.services import methods, numbers, risks
from annexa.tasks import services as tasks
from annexa.tasks.models import Task
from annexa.treatment.models import GapRating, StatementRow
from annexa.treatment.queries import acceptance as standings
from annexa.treatment.services import acceptance, gap, plan, statements
from annexa.treatment.services.risks import treat_risk
from annexa.webhooks import services as webhooks
from tests.catalog.test_format import GOOD
from tests.factories import organizations as make

SCAN = b'{"template-id": "tls-old", "host": "shop", "info": {"name": "Old TLS", "severity": "high"}}'
CHAT = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
ANSWERS = Answers("saas", "medium", ("personal_data_eu", "customer_data"))


def organization(name="Acme"):
    """Return the owner of an organisation that has begun everything."""
    actor = make.organization(name)
    with make.inside(actor):
        scope = organizations.scope_for(actor)
        framework = catalog.adopt_framework(actor=actor, framework_id=library.ISO_27001)
        catalog.import_framework(actor=actor, text=GOOD, file="rules.yaml")
        catalog.import_crosswalk(actor=actor, text=CROSSWALK, file="crosswalk.yaml")
        catalog.create_control(actor=actor, ref="SITE-1", title="Escort visitors")
        isms.choose_profile(actor=actor, scope=scope, answers=ANSWERS)
        people.invite_person(actor=actor, email="new@example.com", role=Role.READER)
        make.token(actor, "soa:read")
        _sign_on(actor)
        tasks.create_task(actor=actor, title="Begin")
        colleague = make.member(actor, Role.CONTRIBUTOR, "Cara Colleague")
        tasks.create_task(actor=actor, title="Go on", owner=colleague.membership)
        assessment = gap.start_assessment(actor=actor, scope=scope, framework=framework)
        rating = GapRating.objects.get(assessment=assessment, requirement__ref="A.5.1")
        gap.rate_requirement(actor=actor, rating=rating, values={"action": "Write it down"})
        _show(actor, rating, "Policy")
        statements.start_statement(actor=actor, scope=scope, framework=framework)
        inventory(actor)
        _method(actor)
        _risk(actor, scope)
        _delegation(actor, colleague, scope=scope)
        _webhook(actor)
        tasks.publish_calendar(actor=actor)
        tasks.add_channel(actor=actor, address=CHAT)
        evidence(actor)
        findings.import_scan(actor=actor, content=SCAN, target="shop")
        _export(actor)
        _retention(actor)
    return actor


def second_scope(actor, mark):
    """Add a scope with something in every table that belongs to one; whatever a person wrote there has the mark."""
    with make.inside(actor):
        scope = people.create_scope(actor=actor, name=f"{mark} site", statement=f"{mark} statement")
        member = make.member(actor, Role.CONTRIBUTOR, f"{mark} Person", scope=scope)
        _delegation(actor, member, scope=scope)
        make.token(member, "soa:read")
        tasks.publish_calendar(actor=member)
        tasks.add_channel(actor=member, address=CHAT, name=f"{mark} chat")
        _identity(member)
        people.invite_person(actor=actor, email=f"{mark.lower()}@example.com", role=Role.READER, scope=scope)
        isms.choose_profile(actor=actor, scope=scope, answers=ANSWERS)
        inventory(actor, f"{mark} ", scope=scope)
        _risk(actor, scope, f"{mark} ")
        evidence(actor, f"{mark} ", scope=scope)
        isms.add_context_row(actor=actor, scope=scope, model=Issue, side="internal", text=f"{mark} issue")
        isms.add_context_row(actor=actor, scope=scope, model=InterestedParty, name=f"{mark} party", needs="Calm")
        isms.add_context_row(actor=actor, scope=scope, model=Obligation, title=f"{mark} act", kind="legal")
        assessment = gap.start_assessment(actor=actor, scope=scope, title=f"{mark} round")
        rating = GapRating.objects.get(assessment=assessment, requirement__ref="A.5.1")
        values = {"note": f"{mark} note", "action": f"{mark} action", "owner": member.membership}
        gap.rate_requirement(actor=actor, rating=rating, values=values)
        _show(actor, rating, f"{mark} policy")
        statement = statements.start_statement(actor=actor, scope=scope)
        row = StatementRow.objects.get(statement=statement, requirement__ref="A.5.1")
        statements.decide_control(actor=actor, row=row, values={"justification": f"{mark} reason", "applicable": True})
    return scope


def inventory(actor, mark="", **where):
    page = assets.add_asset(actor=actor, name=f"{mark}page", kind="service", availability=4, **where)
    table = assets.add_asset(actor=actor, name=f"{mark}table", kind="information", **where)
    dependencies.link_assets(actor=actor, asset=page, needed=table)


def _method(actor):
    method = methods.start_method(actor=actor)
    methods.approve_method(actor=actor, method=method, seen_hash=method_queries.hash_of(method))


def _risk(actor, scope, mark=""):
    asset = Asset.objects.filter(scope__in=[scope]).first() or Asset.objects.filter(scope=None).first()
    risk = risks.add_risk(actor=actor, scope=scope, title=f"{mark}flood", event=f"{mark}water", assets=[asset])
    risks.assess_risk(actor=actor, risk=risk, stage="current", likelihood=3, impacts={"availability": 4}, note=mark)
    control = Requirement.objects.get(framework__slug=library.ISO_27001, ref="A.7.5")
    treat_risk(actor=actor, risk=risk, decision="mitigate", treating=[control])
    plan.add_action(actor=actor, scope=scope, title=f"{mark}pumps", note=mark, risks=[risk])
    _sign(actor, risk)
    ranges = {"frequency": {"kind": "fixed", "low": 1}, "loss": {"kind": "pert", "low": 1, "likely": 2, "high": 3}}
    numbers.estimate_risk(actor=actor, risk=risk, ranges=ranges)
    progress.finish(numbers.ask_for_simulation(actor=actor, scope=scope, trials=1000).progress_id)


def _sign(actor, risk):
    risks.change_risk(actor=actor, risk=risk, owner=actor.membership)
    risks.assess_risk(actor=actor, risk=risk, stage="target", likelihood=1, impacts={"availability": 4})
    acceptance.accept_risk(actor=actor, risk=risk, seen=standings.standing(actor, risk).seen, note="Agreed")


def _delegation(actor, colleague, **where):
    today = clock.today()
    days = {"starts_on": today, "ends_on": today + datetime.timedelta(days=7)}
    people.delegate(actor=actor, kind="tasks", stand_in=colleague.membership, reason="Away", **days, **where)


def _webhook(actor):
    endpoint, _secret = webhooks.add_webhook(actor=actor, url="https://hooks.example.com/in", events=["*"])
    webhooks.try_webhook(actor=actor, endpoint=endpoint)


def _sign_on(actor):
    issuer = "https://login.example.com"
    connection = {"issuer": issuer, "client_id": "annexa", "client_secret": "known to two"}
    single_sign_on.connect_single_sign_on(actor=actor, **connection)
    _identity(actor, issuer)


def _identity(actor, issuer="https://login.example.com"):
    whose = {"organization": actor.organization, "membership": actor.membership}
    ExternalIdentity.objects.create(issuer=issuer, subject=str(actor.membership.pk), **whose)


def _export(actor):
    progress.finish(exports.ask_for_export(actor=actor).progress_id)


def _show(actor, rating, title):
    day = datetime.date(2026, 1, 5)
    gap.add_evidence(actor=actor, rating=rating, title=title, dated=day, url="https://example.com/policy")


def evidence(actor, mark="", **where):
    """Put in evidence in two editions for a control and a risk, and ask for more."""
    control = Requirement.objects.get(framework__slug=library.ISO_27001, ref="A.7.5")
    risk = Risk.objects.filter(**where).first() or Risk.objects.first()
    links = {"controls": [control], "risks": [risk]}
    text = Content(text=f"{mark}protocol")
    made = pieces.add_evidence(actor=actor, title=f"{mark}inspection", content=text, **links, **where)
    pieces.add_edition(actor=actor, evidence=made, content=Content(url="https://example.com/photo"), note=mark)
    due = clock.today() + datetime.timedelta(days=7)
    about = {"title": f"{mark}gate", "note": mark, "owner": actor.membership, "due": due, "requirement": control}
    asked = requests.ask_for_evidence(actor=actor, **about, **where)
    requests.answer_request(actor=actor, request=asked, evidence=made, note=mark)
    requests.ask_for_evidence(actor=actor, **about | {"title": f"{mark}fence"}, **where)
    check = checks.add_check(
        actor=actor, title=f"{mark}drill", controls=links["controls"], owner=actor.membership, **where
    )
    items = [{"name": f"{mark}host", "detail": "old"}]
    checks.exclude_item(actor=actor, check=check, item="x", reason=f"{mark}leased", until=due)
    checks.record_result(actor=actor, check=check, outcome="fail", items=items, actual=mark)


def _retention(actor):
    """Hold one record and put another forward."""
    old = clock.now() - datetime.timedelta(days=4000)
    for title in ("Held", "Past its time"):
        task = tasks.create_task(actor=actor, title=title)
        tasks.finish_task(actor=actor, task=task)
        Task.objects.filter(pk=task.pk).update(done_at=old)
        if title == "Held":
            retention.place_hold(actor=actor, reason="Case 12/2026", record_class="tasks", record=str(task.pk))
    retention.set_rule(actor=actor, record_class="tasks", months=36, basis="Our rule")
    retention.propose_disposal(actor=actor, record_class="tasks")


CROSSWALK = (
    "format: annexa/crosswalk/1\nid: mine\nsource: house-rules\ntarget: iso27001-2022\nprovenance: our own reading\n"
    "pairs:\n  - {source: '1.1', target: A.7.1, relation: intersects-with}\n"
)

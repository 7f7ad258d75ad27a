"""What happens at Harbour Cloud month by month: scope, gap assessments, statements."""

import re
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from annexa.catalog import queries as catalog
from annexa.cli.demo import evidence, inventory, looks, plan, register, scans
from annexa.isms import services as isms
from annexa.isms.profiles import Answers
from annexa.lib import clock
from annexa.organizations import queries as organizations
from annexa.organizations.access import Actor
from annexa.organizations.models import Scope
from annexa.organizations.permissions import Permission
from annexa.records.services import retention
from annexa.tasks import services as tasks
from annexa.tasks.models import Task
from annexa.treatment.models import Conformity, DocumentState, GapRating, Reason, Statement, Status
from annexa.treatment.queries import gap as gaps
from annexa.treatment.queries import statements as soa
from annexa.treatment.services import gap, statements
from annexa.webhooks import services as webhooks

if TYPE_CHECKING:
    from annexa.cli.demo.story import Month

FIRST_RATING, SECOND_ASSESSMENT = 13, 5
APPROVALS = {
    11: "First version, before risk treatment",
    6: "After the half-year review",
    2: "Before the internal audit",
}
ANSWERS = Answers("saas", "medium", ("personal_data_eu", "customer_data", "source_code", "service_availability"))
OPEN_EFFORT = (0.5, 1, 2, 3, 5, 8)
RISKY = re.compile(r"A\.8\.|A\.5\.(7|1[4-9]|2\d|30)$|A\.6\.[1378]|A\.7\.(1|2|9|10|14)$")


def tell(month: "Month") -> None:
    """Live through one month."""
    scope = organizations.scope_for(month.cast["mara"])
    if month.months_ago == 14:
        _describe(month, scope)
    if month.months_ago == FIRST_RATING:
        _assess(month, scope)
    inventory.tell(month)
    register.tell(month, scope)
    plan.tell(month, scope)
    evidence.tell(month)
    scans.tell(month)
    looks.tell(month)
    if month.months_ago == SECOND_ASSESSMENT:
        _assess_again(month, scope)
    if month.months_ago < FIRST_RATING:
        _improve(month, scope)
    if month.months_ago == 12:
        _draft(month, scope)
    if month.months_ago < 12:
        _keep_statement(month, scope)
    month.live()
    if month.months_ago in APPROVALS:
        _approve(month, scope)
    if month.months_ago == 0:
        _today(month)


def _describe(month: "Month", scope: Scope) -> None:
    mara = month.cast["mara"]
    with month.day(3):
        isms.choose_profile(actor=mara, scope=scope, answers=ANSWERS)
    with month.day(5):
        isms.describe_scope(actor=mara, scope=scope, **month.data["scope"])


def _assess(month: "Month", scope: Scope) -> None:
    mara = month.cast["mara"]
    with month.day(2):
        framework = catalog.iso_27001(mara)
        assessment = gap.start_assessment(actor=mara, scope=scope, framework=framework, title="First look")
    rows = list(gaps.ratings(assessment))
    for sitting in range(4):
        with month.day(6 + 5 * sitting):
            for row in rows[sitting::4]:
                gap.rate_requirement(actor=mara, rating=row, values=_first_view(month, row))


def _first_view(month: "Month", row: GapRating) -> dict[str, Any]:
    """Almost everything is missing at first; what was done in that month counts."""
    if row.requirement.ref in month.data["exclusions"]:
        return {"conformity": Conformity.NOT_APPLICABLE, "note": month.data["exclusions"][row.requirement.ref]}
    done, owner, text = _fact(month, row.requirement.ref)
    values: dict[str, Any] = {"owner": month.cast[owner].membership}
    if isinstance(done, int) and done >= month.months_ago:
        return values | {"conformity": Conformity.CONFORMING, "maturity": 3, "note": text}
    early = isinstance(done, int) and done >= 9
    values |= {"conformity": Conformity.PARTIAL if early else Conformity.NONCONFORMING, "maturity": 1 if early else 0}
    if not isinstance(done, int):
        values |= {"maturity": 1 if done == "wip" else 0}
    return values


def _assess_again(month: "Month", scope: Scope) -> None:
    mara, first = month.cast["mara"], gaps.assessment_for(month.cast["mara"], scope)
    with month.day(1):
        gap.close_assessment(actor=mara, assessment=first)
    with month.day(2):
        gap.start_assessment(
            actor=mara, scope=scope, framework=first.framework, title="Half-year review", copy_from=first
        )


def _improve(month: "Month", scope: Scope) -> None:
    """Whatever is done this month conforms from now on; what is under way becomes partly met, with an action."""
    assessment = gaps.assessment_for(month.cast["mara"], scope)
    for number, row in enumerate(gaps.ratings(assessment)):
        if row.requirement.ref in month.data["exclusions"]:
            continue
        done, owner, text = _fact(month, row.requirement.ref)
        day, hour = 5 + number % 18, 9 + number % 8
        if done == month.months_ago:
            month.plan(day, hour, partial(_conform, _rater(month, owner, number), row, text))
        elif not isinstance(done, int) and month.months_ago == (4 if done == "wip" else 1):
            month.plan(day, hour, partial(_plan, month, row, done, owner, text, number))
    if month.months_ago in (9, 4, 1):
        month.plan(20, 11, partial(_documents, month, assessment))


def _rater(month: "Month", owner: str, number: int) -> Actor:
    """Most owners rate their own rows; the rest is Rosa's work."""
    actor = month.cast[owner]
    return actor if number % 3 and actor.can(Permission.GAP_RATE_OWN) else month.cast["rosa"]


def _conform(actor: Actor, row: GapRating, text: str) -> None:
    values = {"conformity": Conformity.CONFORMING, "maturity": max(3, row.target), "note": text}
    gap.rate_requirement(actor=actor, rating=row, values=values)
    gap.add_evidence(
        actor=actor, rating=row, title=f"Record for {row.requirement.ref}", dated=clock.today(),
        url=f"https://docs.harbourcloud.example/{row.requirement.ref.lower()}",
    )  # fmt: skip


def _plan(month: "Month", row: GapRating, state: str, owner: str, text: str, number: int) -> None:
    due = month.now.date() + timedelta(days=(number * 11) % 75 - 9)
    gap.rate_requirement(
        actor=month.cast["mara"],
        rating=row,
        values={
            "conformity": Conformity.PARTIAL if state == "wip" else Conformity.NONCONFORMING,
            "maturity": 2 if state == "wip" else 1,
            "action": text,
            "owner": month.cast[owner].membership,
            "effort": OPEN_EFFORT[number % len(OPEN_EFFORT)],
            "due": due,
        },
    )


def _documents(month: "Month", assessment: Any) -> None:
    states = {9: (DocumentState.PRESENT, 4), 4: (DocumentState.PRESENT, 10), 1: (DocumentState.DRAFT, 14)}
    state, upto = states[month.months_ago]
    for entry, document in gaps.documents(assessment)[:upto]:
        if document.state == DocumentState.MISSING:
            url = f"https://docs.harbourcloud.example/isms/{entry['id']}"
            gap.set_document(actor=month.cast["rosa"], document=document, state=state, url=url)


def _draft(month: "Month", scope: Scope) -> None:
    mara = month.cast["mara"]
    with month.day(4):
        statement = statements.start_statement(actor=mara, scope=scope, framework=catalog.iso_27001(mara))
    for number, row in enumerate(soa.rows(statement)):
        month.plan(6 + number % 12, 9 + number % 8, partial(_decide, month, row))


def _decide(month: "Month", row: Any) -> None:
    mara, ref = month.cast["mara"], row.requirement.ref
    if ref in month.data["exclusions"]:
        statements.accept_exclusion(actor=mara, row=row, justification=month.data["exclusions"][ref])
        return
    _done, owner, _text = _fact(month, ref)
    values = {"applicable": True, "reasons": _reasons(row), "owner": month.cast[owner].membership}
    statements.decide_control(actor=mara, row=row, values=values)


def _reasons(row: Any) -> list[str]:
    found = set(row.reasons)
    if RISKY.match(row.requirement.ref):
        found.add(Reason.RISK)
    if not found or row.requirement.sort_key[-1] in "0369":
        found.add(Reason.BASELINE)
    if row.requirement.ref in ("A.5.19", "A.5.20", "A.8.14", "A.5.31", "A.6.6"):
        found.add(Reason.CONTRACT)
    return sorted(found)


def _keep_statement(month: "Month", scope: Scope) -> None:
    """Status follows the work; after an approval the next draft begins with the first change."""
    mara = month.cast["mara"]
    statement = soa.current(mara, scope)
    assert statement is not None
    if statement.is_approved:
        with month.day(4):
            statement = statements.start_statement(actor=mara, scope=scope, framework=catalog.iso_27001(mara))
    for number, row in enumerate(soa.rows(statement)):
        values = _status(month, row) if row.applicable else {}
        if any(getattr(row, name) != value for name, value in values.items()):
            act = partial(statements.decide_control, actor=month.cast["rosa"], row=row, values=values)
            month.plan(7 + number % 14, 9 + number % 8, act)


def _status(month: "Month", row: Any) -> dict[str, str]:
    done, _owner, text = _fact(month, row.requirement.ref)
    if isinstance(done, int):
        if done >= month.months_ago:
            return {"status": Status.IMPLEMENTED, "implementation": text}
        near = done >= month.months_ago - 2
        return {"status": Status.IN_PROGRESS if near else Status.PLANNED}
    return {"status": Status.IN_PROGRESS if done == "wip" and month.months_ago <= 4 else Status.PLANNED}


def _approve(month: "Month", scope: Scope) -> None:
    statement = soa.statement_for(month.cast["mara"], scope)
    with month.day(24):
        statements.submit_statement(actor=month.cast["rosa"], statement=statement)
    with month.day(27, hour=16):
        note = APPROVALS[month.months_ago]
        seen = soa.statement_for(month.cast["priya"], scope).submitted_hash
        approved = statements.approve_statement(
            actor=month.cast["priya"], statement=statement, seen_hash=seen, note=note
        )
        assert approved.state == Statement.State.APPROVED


def _today(month: "Month") -> None:
    mara, due = month.cast["mara"], month.now.date()
    own = (
        ("Book the room for the management review", "rosa", 12, Task.Rhythm.ONCE),
        ("Send the scope statement to the certification body", "mara", 4, Task.Rhythm.ONCE),
        ("Ask the landlord for the fire door report", "tomas", -2, Task.Rhythm.ONCE),
        ("Agree dates for stage 1", "mara", 21, Task.Rhythm.ONCE),
        ("Restore a backup of the customer database and note how long it took", "samir", 18, Task.Rhythm.QUARTERLY),
        ("Look through the alarms of the month with the on-call team", "mara", 9, Task.Rhythm.MONTHLY),
    )
    with month.day(26):
        for title, owner, days, rhythm in own:
            person = month.cast[owner].membership
            tasks.create_task(actor=mara, title=title, owner=person, due=due + timedelta(days=days), rhythm=rhythm)
        _listeners(mara)
        _kept(mara)
    with month.day(28):
        first = Task.objects.filter(organization=mara.organization, title__startswith="Book").first()
        if first:
            tasks.finish_task(actor=month.cast["rosa"], task=first)


def _kept(mara: Actor) -> None:
    """Say how long records are kept, and hold what an investigation still needs."""
    basis = "Records policy, section 4"
    for name, kept in (("tasks", 36), ("risks", 84), ("gap", 84), ("invitations", 6)):
        retention.set_rule(actor=mara, record_class=name, months=kept, basis=basis)
    reason = "The insurer still looks into the login outage of spring"
    retention.place_hold(actor=mara, record_class="risks", record="RISK-1", reason=reason)


def _listeners(mara: Actor) -> None:
    """Have another system told what happens to statements; paused, so that a sample sends nothing anywhere."""
    url, events = "https://intake.harbour-cloud.example/annexa", ["treatment.*", "risks.*"]
    about = "Posts approvals and risks into the channel of the security team"
    endpoint, _secret = webhooks.add_webhook(actor=mara, url=url, events=events, description=about)
    webhooks.pause_webhook(actor=mara, endpoint=endpoint)


def _fact(month: "Month", ref: str) -> tuple[int | str, str, str]:
    done, owner, text = {**month.data["controls"], **month.data["clauses"]}[ref]
    return done, owner, text

"""Make Statements of Applicability by the product's own commands."""

from annexa.organizations import queries as organizations
from annexa.organizations.roles import Role
from annexa.treatment.queries import statements as queries
from annexa.treatment.services import statements
from tests.factories import organizations as make


def draft(actor):
    """Start a statement of the default scope."""
    return statements.start_statement(actor=actor, scope=organizations.scope_for(actor))


def row(statement, ref):
    """Return a statement's row by the control's id."""
    return queries.rows(statement).get(requirement__ref=ref)


def decide(actor, statement, ref, **values):
    """Decide one control and return its row as it is now."""
    statements.decide_control(actor=actor, row=row(statement, ref), values=values)
    return row(statement, ref)


def decide_all(actor, statement, **values):
    """Decide every control alike."""
    given = {"applicable": True, "reasons": ["risk"], "justification": "Needed.", **values}
    return statements.decide_controls(actor=actor, rows=list(queries.rows(statement)), values=given)


def complete(actor):
    """Return a draft that nothing stops."""
    statement = draft(actor)
    decide_all(actor, statement)
    decide(actor, statement, "A.7.12", applicable=False, reasons=[], justification="We have no cabling of our own.")
    return again(actor, statement)


def in_review(actor):
    """Return a statement that waits for approval."""
    statement = complete(actor)
    statements.submit_statement(actor=actor, statement=statement)
    return again(actor, statement)


def approver(actor, name="Ruth Calder"):
    """Return somebody who may approve and has changed nothing."""
    return make.member(actor, Role.TOP_MANAGEMENT, name)


def approved(actor, by=None):
    """Return an approved version."""
    statement = in_review(actor)
    statements.approve_statement(actor=by or approver(actor), statement=statement, seen_hash=statement.submitted_hash)
    return again(actor, statement)


def again(actor, statement):
    """Read a statement again."""
    return queries.statement_for(actor, statement.scope, statement.number)

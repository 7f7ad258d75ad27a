"""Make gap assessments by the product's own commands."""

from annexa.organizations import queries as organizations
from annexa.treatment.queries import gap as queries
from annexa.treatment.services import gap


def assessment(actor, *, title="Autumn", copy_from=None):
    """Start an assessment of the default scope."""
    return gap.start_assessment(actor=actor, scope=organizations.scope_for(actor), title=title, copy_from=copy_from)


def newest(actor):
    """Return the newest assessment of the default scope."""
    return queries.assessment_for(actor, organizations.scope_for(actor))


def row(assessment, ref):
    """Return an assessment's row by the requirement's id."""
    return queries.ratings(assessment).get(requirement__ref=ref)


def rate(actor, assessment, ref, **values):
    """Rate one row and return it as it is now."""
    gap.rate_requirement(actor=actor, rating=row(assessment, ref), values=values)
    return row(assessment, ref)


def rate_all(actor, assessment, conformity):
    """Rate every control alike."""
    rows = queries.ratings(assessment).filter(requirement__kind="control")
    return gap.rate_requirements(actor=actor, ratings=rows, values={"conformity": conformity})


def bare(sheets):
    """Return a workbook's sheets from plain lists of rows."""
    return {name: [list(cells) for cells in rows] for name, rows in sheets.items()}

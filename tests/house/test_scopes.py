"""A member who is limited to one ISMS scope: which rows they reach, in commands, in the database, in the trail."""

import importlib
import inspect
import pkgutil
import typing

import pytest
from django.apps import apps
from django.db import ProgrammingError, models, transaction

import annexa
from annexa.activity import queries as trail
from annexa.lib.database import belonging, row_security
from annexa.lib.errors import NotFound, UserError
from annexa.organizations import access
from annexa.organizations import services as organizations
from annexa.organizations.models import Membership
from annexa.tasks import queries as task_queries
from annexa.tasks import services as tasks
from annexa.tasks.models import Task
from annexa.treatment.models import GapRating, StatementRow
from annexa.treatment.services import gap
from tests.factories import organizations as make

# Rows of the organisation as a whole, and why no scope has them.
ORGANISATION_WIDE = {
    "activity.TrailHead": "one chain over all scopes",
    "assets.Inventory": "one scheme for the whole inventory",
    "catalog.Framework": "one copy of a standard for all scopes",
    "catalog.Mapping": "a crosswalk between standards",
    "catalog.Requirement": "a line of a standard; what a scope says of it is a row of its own",
    "jobs.Progress": "a job of the whole organisation",
    "organizations.Organization": "holds the scopes",
    "organizations.SingleSignOn": "one provider signs in the members of all scopes",
    "risks.Method": "one method for all scopes",
    "risks.RegisterTerms": "headings are remembered for all scopes",
    "webhooks.Endpoint": "told of all scopes, kept by owners of all of them",
    "webhooks.Delivery": "an entry of the one trail",
    "evidence.Finding": "what a scanner saw of the organisation's systems; none are shown to a member of one scope",
    "evidence.FindingStep": "of a finding",
    "evidence.Scan": "of the organisation's systems",
    "records.Disposal": "counts records of all scopes",
    "records.Hold": "may keep records of all scopes",
    "records.Rule": "holds for all scopes",
    "records.Tombstone": "of records of all scopes",
    "records.Export": "holds all scopes, for owners of all of them",
}
# Seen by members of every scope, although it names one.
SEEN_ACROSS_SCOPES = {"organizations.Membership": "names of owners and of who did what"}


def _label(model):
    """Name a model; a model's versions belong where its rows do."""
    return getattr(model, "of", model)._meta.label


def _scoped():
    return [model for model in row_security.owned_models() if belonging.reaches_scope(model)]


def _commands():
    for found in pkgutil.walk_packages(annexa.__path__, "annexa."):
        if "services" in found.name:
            for _name, value in inspect.getmembers(importlib.import_module(found.name), callable):
                if getattr(value, "command", "") and value.__module__ == found.name:
                    yield value


def _taken():
    """Yield (command, parameter, model, how to pass a row) for each parameter that is or holds a row of a scope."""
    for command in _commands():
        for name, hint in typing.get_type_hints(inspect.unwrap(command)).items():
            for model in _models_in(hint):
                if name not in ("actor", "return") and belonging.reaches_scope(model):
                    yield command, name, model, _wrapping(hint)


def _models_in(hint):
    if isinstance(hint, type) and issubclass(hint, models.Model):
        return [each for each in apps.get_models() if issubclass(each, hint)]
    return [model for part in typing.get_args(hint) for model in _models_in(part)]


def _wrapping(hint):
    text = str(hint)
    if "tuple[" in text:
        return lambda row: iter([(row, {})])
    return (lambda row: iter([row])) if "Iterable" in text else (lambda row: row)


CASES = list(_taken())


def test_every_row_of_an_organisation_reaches_a_scope_or_is_the_whole_organisations():
    without = {_label(model) for model in row_security.owned_models()} - {_label(model) for model in _scoped()}
    assert without == set(ORGANISATION_WIDE)


def test_every_command_is_looked_at():
    assert {command.command for command in _commands()} == set(access.COMMANDS)
    assert {model for _command, _name, model, _wrap in CASES} >= {
        apps.get_model(label)
        for label in (
            "treatment.StatementRow",
            "treatment.GapEvidence",
            "tasks.Task",
            "isms.Issue",
            "organizations.Scope",
        )
    }


def test_every_command_refuses_a_row_of_another_scope_and_none_of_its_own(two_scopes):
    owner, limited, second = two_scopes
    for command, name, model, wrap in CASES:
        theirs, ours = (_a_row(owner, model, scope_id) for scope_id in (second.pk, limited.scope_id))
        with make.inside(limited), pytest.raises(NotFound):
            command(actor=limited, **{name: wrap(theirs)})
        # An argument that no command has stops it once the row is let through.
        with make.inside(limited), pytest.raises((TypeError, UserError)) as stopped:
            command(actor=limited, **{name: wrap(ours), "no such argument": 1})
        assert not isinstance(stopped.value, NotFound), (command.command, name, model)


def test_a_row_hidden_in_a_mapping_is_found_too(two_scopes):
    owner, limited, second = two_scopes
    ours, theirs = _a_row(owner, GapRating, limited.scope_id), _a_row(owner, Membership, second.pk)
    with make.inside(limited), pytest.raises(NotFound):
        gap.rate_requirement(actor=limited, rating=ours, values={"owner": theirs})


def test_a_row_is_taken_over_from_somebody_who_works_in_another_scope_by_now(two_scopes):
    owner, limited, second = two_scopes
    ours, other = _a_row(owner, GapRating, limited.scope_id), _a_row(owner, Membership, second.pk)
    with make.inside(owner):
        gap.rate_requirement(actor=owner, rating=ours, values={"owner": other})
    with make.inside(limited):
        mine = {"owner": limited.membership}
        gap.rate_requirement(actor=limited, rating=ours, values=mine, seen={"owner": other})
        assert GapRating.objects.get(pk=ours.pk).owner == limited.membership


def test_looking_at_rows_uses_up_no_iterator_and_asks_once_for_their_parent(two_scopes, django_assert_max_num_queries):
    _owner, limited, _second = two_scopes
    with make.inside(limited):
        rows = list(GapRating.objects.filter(assessment__scope_id=limited.scope_id))
        with django_assert_max_num_queries(2):
            known = {}
            assert {belonging.scope_of(row, known) for row in rows} == {limited.scope_id}
        assert gap.rate_requirements(actor=limited, ratings=iter(rows[:3]), values={"note": "Seen"}) == 3


@pytest.mark.parametrize("model", [m for m in row_security.owned_models() if row_security.scoped_column(m)], ids=str)
def test_a_forgotten_filter_shows_no_row_of_another_scope(model, two_scopes):
    owner, limited, second = two_scopes
    column = row_security.scoped_column(model)
    with make.inside(owner):
        assert model.objects.filter(**{column: second.pk}).exists()
    with make.inside(limited):
        assert set(model.objects.values_list(column, flat=True)) <= {limited.scope_id, None}
        assert model.objects.filter(**{column: limited.scope_id}).exists()


def test_what_hangs_on_a_row_of_another_scope_is_reached_through_no_join(two_scopes):
    _owner, limited, second = two_scopes
    with make.inside(limited):
        assert not StatementRow.objects.filter(statement__scope_id=second.pk).exists()
        assert not GapRating.objects.filter(assessment__scope_id=second.pk).exists()


def test_a_row_cannot_be_written_into_another_scope(two_scopes):
    _owner, limited, second = two_scopes
    with make.inside(limited), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Task.objects.create(organization=limited.organization, title="Planted", scope_id=second.pk)


def test_only_memberships_are_seen_across_scopes():
    across = {_label(model) for model in _scoped() if getattr(model, "seen_across_scopes", False)}
    assert across == set(SEEN_ACROSS_SCOPES)


class TestTrail:
    def test_an_entry_carries_the_scope_of_its_subject(self, two_scopes):
        owner, _limited, second = two_scopes
        row = _a_row(owner, StatementRow, second.pk, requirement__ref="A.5.1")
        with make.inside(owner):
            (entry, *_older) = trail.of_subject(owner.organization_id, row)
            assert entry.scope_id == second.pk
            organizations.update_organization(actor=owner, currency="SEK")
            assert trail.recent(owner.organization_id)[0].scope_id is None

    def test_a_member_of_one_scope_reads_it_and_what_concerns_the_whole_organisation(self, two_scopes):
        owner, limited, second = two_scopes
        row = _a_row(owner, StatementRow, second.pk, requirement__ref="A.5.1")
        with make.inside(limited):
            found = trail.page(owner.organization_id, 1000)
            assert {entry.scope_id for entry in found} == {limited.scope_id, None}
            assert trail.of_subject(owner.organization_id, row) == []
            assert trail.recent(owner.organization_id, 1000) == found
        with make.inside(owner):
            assert second.pk in {entry.scope_id for entry in trail.page(owner.organization_id, 1000)}

    def test_the_chain_holds_over_all_scopes_whoever_wrote_it(self, two_scopes):
        owner, limited, _second = two_scopes
        with make.inside(limited):
            tasks.create_task(actor=limited, title="Ours")
        with make.inside(owner):
            assert trail.verify(owner.organization_id).unbroken


class TestTasks:
    def test_those_of_another_scopes_gap_analysis_are_not_there(self, two_scopes):
        owner, limited, second = two_scopes
        theirs = _a_row(owner, Task, second.pk, source_kind="gap")
        assert theirs.title == "Zebrafish action"
        with make.inside(limited):
            assert theirs not in task_queries.visible_to(limited)
            assert set(task_queries.visible_to(limited).values_list("scope_id", flat=True)) == {None, limited.scope_id}

    def test_one_of_the_whole_organisation_keeps_an_owner_from_another_scope(self, client, two_scopes):
        owner, limited, second = two_scopes
        other = _a_row(owner, Membership, second.pk)
        with make.inside(owner):
            task = tasks.create_task(actor=owner, title="For all", owner=other)
        page = make.signed_in(client, limited)
        answer = page.post(make.url(owner, f"tasks/{task.pk}/"), {"title": "For everybody", "owner": ""})
        assert answer.status_code == 302
        with make.inside(owner):
            task.refresh_from_db()
            assert (task.title, task.owner) == ("For everybody", other)

    def test_one_that_a_member_of_one_scope_adds_belongs_to_it(self, two_scopes):
        _owner, limited, _second = two_scopes
        with make.inside(limited):
            assert tasks.create_task(actor=limited, title="Ours").scope_id == limited.scope_id


def _a_row(owner, model, scope_id, **only):
    with make.inside(owner):
        known = {}
        row = next((row for row in model.objects.filter(**only) if belonging.scope_of(row, known) == scope_id), None)
        assert row is not None, f"no {model._meta.label} to try with"
        return row

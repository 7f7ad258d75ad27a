"""A complete export: everything of one organisation, nothing of another, no secret, and it proves itself."""

import dataclasses
import hashlib
import io
import json
import re
import zipfile
from pathlib import Path

import jsonschema
import pytest
from django.apps import apps
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob
from typer.testing import CliRunner

from annexa.activity import queries as trail
from annexa.activity import services as activity
from annexa.cli.main import application
from annexa.jobs.models import Progress
from annexa.lib import clock, files
from annexa.lib.database import row_security
from annexa.lib.database.scope import within
from annexa.lib.errors import NotAllowed, NotFound, UserError
from annexa.organizations.models import Person
from annexa.organizations.roles import Role
from annexa.records import jobs, queries
from annexa.records.export import tables
from annexa.records.models import Export
from annexa.records.services import exports
from annexa.treatment.models import GapEvidence, GapRating
from tests.factories import everything
from tests.factories import organizations as make

GUIDE = Path(__file__).parents[2] / "docs/guide/export.md"
SECRET = re.compile("secret|password|token|_box|private|credential")


@pytest.fixture
def home(settings, tmp_path):
    """A data home of the test's own."""
    settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, home=tmp_path)
    settings.FILES, settings.CHECKPOINTS = tmp_path / "files", tmp_path / "checkpoints"
    return tmp_path


def made(actor):
    """Ask for an export and let the job make it; returns it with its file opened."""
    with make.inside(actor):
        export = exports.ask_for_export(actor=actor)
    jobs.make_export(str(actor.organization_id), str(export.pk))
    with make.inside(actor):
        export = queries.export_for(actor, export.pk)
    return export, zipfile.ZipFile(queries.export_file(export))


def rows_of(archive, table):
    return [json.loads(line) for line in archive.read(f"tables/{table}.jsonl").splitlines()]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
class TestFile:
    @pytest.fixture
    def both(self, home):
        ours, theirs = everything.organization("Ours"), everything.organization("Theirs")
        with make.inside(ours):
            rating = GapRating.objects.get(assessment__number=1, requirement__ref="A.5.1")
            stored = files.save(ours.organization_id, [b"%PDF-1.7 policy"])
            GapEvidence.objects.create(
                organization=ours.organization, rating=rating, title="p.pdf", dated=clock.today(), sha256=stored.sha256
            )
        activity.write_checkpoints()
        return ours, theirs

    def test_it_is_complete_correct_and_only_ours(self, both):
        ours, theirs = both
        export, archive = made(ours)
        manifest = json.loads(archive.read("manifest.json"))
        self._holds_every_table(archive, ours)
        self._has_right_checksums(export, archive, manifest)
        self._fits_its_schema(archive)
        self._holds_nothing_of(archive, theirs)
        self._proves_its_trail(archive, ours)
        assert {entry["command"] for entry in rows_of(archive, "activity_trailentry")} >= {"records.ask_for_export"}
        assert archive.read(f"files/{hashlib.sha256(b'%PDF-1.7 policy').hexdigest()}") == b"%PDF-1.7 policy"
        assert manifest["missing"] == []

    def _holds_every_table(self, archive, ours):
        wanted = {table.name for table in tables.tables()}
        owned = {m._meta.db_table for m in row_security.owned_models() if "*" not in tables.not_exported(m)}
        assert owned < wanted
        names = set(archive.namelist())
        assert {f"tables/{name}.jsonl" for name in wanted} <= names
        assert {f"schema/{name}.json" for name in wanted} <= names
        with make.inside(ours):
            for model in row_security.owned_models():
                name = model._meta.db_table
                if name not in wanted or name.startswith(("activity_", "jobs_", "records_")):
                    continue  # these go on while the export is made
                assert len(rows_of(archive, name)) == model.objects.count(), name

    def _has_right_checksums(self, export, archive, manifest):
        for name, facts in manifest["files"].items():
            content = archive.read(name)
            assert (hashlib.sha256(content).hexdigest(), len(content)) == (facts["sha256"], facts["bytes"]), name
        assert set(archive.namelist()) == {*manifest["files"], "manifest.json"}
        whole = queries.export_file(export).read_bytes()
        assert (hashlib.sha256(whole).hexdigest(), len(whole)) == (export.sha256, export.size)
        assert sum(facts.get("rows", 0) for facts in manifest["files"].values()) == export.rows > 500

    def _fits_its_schema(self, archive):
        for table in tables.tables():
            schema = json.loads(archive.read(f"schema/{table.name}.json"))
            jsonschema.Draft202012Validator.check_schema(schema)
            check = jsonschema.Draft202012Validator(schema)
            for row in rows_of(archive, table.name)[:50]:
                check.validate(row)
            assert schema["description"]

    def _holds_nothing_of(self, archive, theirs):
        with make.inside(theirs):
            foreign = {str(theirs.organization_id), str(theirs.person_id), theirs.organization.slug}
            for model in row_security.owned_models():
                if model._meta.pk.name == "id":
                    foreign |= {str(key) for key in model.objects.values_list("pk", flat=True)}
        everything_in_it = "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
        found = set(re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", everything_in_it))
        assert found & foreign == set()
        assert theirs.organization.slug not in everything_in_it

    def _proves_its_trail(self, archive, ours):
        """The code that the guide prints finds the chain whole, and every change of it."""
        space = {}
        exec(re.search(r"```python\n(.*?)```", GUIDE.read_text(), re.S)[1], space)  # noqa: S102
        lines = archive.read("tables/activity_trailentry.jsonl").decode().splitlines()
        assert space["broken_at"](lines) is None
        assert len(lines) > 10
        changed = [*lines]
        changed[4] = changed[4].replace('"actor":"', '"actor":"x', 1)
        assert space["broken_at"](changed) == 5
        assert space["broken_at"](lines[:3] + lines[4:]) == 5
        with make.inside(ours):
            assert trail.verify(ours.organization_id).unbroken

    def test_no_secret_is_in_it(self, both):
        ours, _theirs = both
        Person.objects.filter(pk=ours.person_id).update(password="argon2$kept-here")
        text = make.token(ours)
        _export, archive = made(ours)
        with connection.cursor() as cursor, within(ours.organization_id):
            cursor.execute("select token_hash from organizations_apitoken union select secret_box from"
                           " organizations_singlesignon")  # fmt: skip
            hidden = [row[0] for row in cursor.fetchall()]
        content = b"".join(archive.read(name) for name in archive.namelist())
        for secret in [text, "kept-here", *hidden]:
            assert secret.encode() not in content
        assert len(hidden) > 1

    def test_how_far_it_is_can_be_read_and_a_failure_says_so(self, both, monkeypatch):
        ours, _theirs = both
        export, _archive = made(ours)
        assert (export.progress.state, export.progress.percent) == (Progress.State.DONE, 100)
        assert export.progress.result == f"records.export:{export.pk}"
        with make.inside(ours):
            second = exports.ask_for_export(actor=ours)
        monkeypatch.setattr(jobs.archive, "write", lambda *_given: (_ for _ in ()).throw(OSError(28, "No space")))
        with pytest.raises(OSError, match="No space"):
            jobs.make_export(str(ours.organization_id), str(second.pk))
        with make.inside(ours):
            second = queries.export_for(ours, second.pk)
        assert second.progress.state == Progress.State.FAILED
        assert not second.is_there

    def test_it_can_be_stopped_before_it_is_made_and_another_asked_for(self, both):
        ours, _theirs = both
        with make.inside(ours):
            export = exports.ask_for_export(actor=ours)
            exports.remove_export(actor=ours, export=export)
            exports.remove_export(actor=ours, export=export)
            exports.ask_for_export(actor=ours)
        jobs.make_export(str(ours.organization_id), str(export.pk))
        with make.inside(ours):
            export = queries.export_for(ours, export.pk)
            stopped = [e for e in trail.of_subject(ours.organization_id, export) if "remove" in e.command]
        assert (export.progress.state, export.progress.sentence, export.made_at) == ("failed", "Stopped.", None)
        assert not queries.export_file(export).exists()
        assert len(stopped) == 1

    def test_it_can_be_stopped_while_it_is_written(self, both, monkeypatch):
        ours, _theirs = both
        with make.inside(ours):
            export = exports.ask_for_export(actor=ours)
        write = jobs.archive.write

        def stopped_meanwhile(organization, target, told):
            with make.inside(ours):
                exports.remove_export(actor=ours, export=export)
            return write(organization, target, told)

        monkeypatch.setattr(jobs.archive, "write", stopped_meanwhile)
        jobs.make_export(str(ours.organization_id), str(export.pk))
        self._is_stopped(ours, export)

    def test_one_that_is_stopped_at_the_last_moment_leaves_no_file(self, both, monkeypatch):
        ours, _theirs = both
        with make.inside(ours):
            export = exports.ask_for_export(actor=ours)
        write = jobs.archive.write

        def stopped_at_the_end(*given):
            made = write(*given)
            with make.inside(ours):
                exports.remove_export(actor=ours, export=export)
            queries.export_file(export).touch()
            return made

        monkeypatch.setattr(jobs.archive, "write", stopped_at_the_end)
        jobs.make_export(str(ours.organization_id), str(export.pk))
        self._is_stopped(ours, export)

    def _is_stopped(self, ours, export):
        with make.inside(ours):
            export = queries.export_for(ours, export.pk)
        assert (export.progress.sentence, export.is_there) == ("Stopped.", False)
        assert list(queries.export_file(export).parent.iterdir()) == []

    def test_what_a_killed_worker_left_is_swept_by_the_next_attempt(self, both):
        ours, _theirs = both
        with make.inside(ours):
            export = exports.ask_for_export(actor=ours)
        path = queries.export_file(export)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_name(f".{path.name}.4711").write_text("half")
        jobs.make_export(str(ours.organization_id), str(export.pk))
        assert list(path.parent.iterdir()) == [path]

    def test_it_is_gone_after_a_week(self, both, settings):
        ours, _theirs = both
        export, _archive = made(ours)
        with make.inside(ours):
            assert exports.fetch_export(actor=ours, export=export).is_file()
            Export.objects.update(expires_at=clock.now())
        jobs.remove_exports(0)
        with make.inside(ours):
            export = queries.export_for(ours, export.pk)
            assert not queries.export_file(export).exists()
            with pytest.raises(NotFound):
                exports.fetch_export(actor=ours, export=export)
            commands = {entry.command for entry in trail.of_subject(ours.organization_id, export)}
        assert commands == {f"records.{verb}_export" for verb in ("keep", "fetch", "remove")} | {
            "records.ask_for_export"
        }

    def test_the_operator_writes_one_to_a_file(self, both, tmp_path, monkeypatch):
        ours, _theirs = both
        out = tmp_path / "all.zip"
        done = CliRunner().invoke(
            application, ["organization", "export", "--organization", ours.organization.slug, "--out", str(out)]
        )
        assert done.exit_code == 0, done.output
        assert zipfile.ZipFile(io.BytesIO(out.read_bytes())).testzip() is None
        again = CliRunner().invoke(
            application, ["organization", "export", "--organization", ours.organization.slug, "--out", str(out)]
        )
        assert again.exit_code == 1


class TestAsking:
    def test_one_at_a_time_by_a_job(self, acme):
        exports.ask_for_export(actor=acme)
        assert ProcrastinateJob.objects.filter(task_name="records.make_export").count() == 1
        with pytest.raises(UserError, match="already"):
            exports.ask_for_export(actor=acme)

    @pytest.mark.parametrize("role", [role for role in Role if role is not Role.OWNER])
    def test_only_owners_ask(self, acme, role):
        with pytest.raises(NotAllowed):
            exports.ask_for_export(actor=make.member(acme, role))

    def test_nobody_of_one_scope_takes_everything(self, two_scopes):
        _owner, limited, _second = two_scopes
        with make.inside(limited), pytest.raises(NotAllowed):
            exports.ask_for_export(actor=limited)


def test_no_column_that_sounds_like_a_secret_is_exported():
    known = {"subject_type", "subject_id"}
    found = [
        f"{table.name}.{field.column}"
        for table in tables.tables()
        for field in table.fields
        if SECRET.search(field.column) and field.column not in known
    ]
    assert found == []


def test_the_guide_names_every_table_and_what_is_left_out():
    text = GUIDE.read_text()
    without = [table.name for table in tables.tables() if f"`{table.name}`" not in text]
    assert without == []
    for model in apps.get_models():
        for column in tables.not_exported(model):
            name = model._meta.db_table if column == "*" else column
            assert f"`{name}`" in text, f"{model._meta.label}.{column}"

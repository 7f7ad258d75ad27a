"""Signed heads of the trail outside the database."""

import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection

from annexa.activity import checkpoints, queries, services
from annexa.activity.checkpoints import Checkpoint
from annexa.activity.jobs import checkpoint
from annexa.lib.database import owner
from annexa.organizations import services as organizations
from tests.factories import organizations as make

HEAD = Checkpoint("0190", 7, "ab" * 32, "2026-03-02T12:00:00+00:00")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.CHECKPOINTS = tmp_path / "held"
    return settings.CHECKPOINTS


def test_a_signed_head_is_genuine_and_a_changed_one_is_not():
    key = Ed25519PrivateKey.generate()
    signed = checkpoints.sign(HEAD, key)
    assert checkpoints.is_genuine(signed, key.public_key())
    for change in ({"seq": 8}, {"hash": "cd" * 32}, {"at": "2027"}, {"organization": "0191"}, {"signature": "x"}):
        assert not checkpoints.is_genuine(replace(signed, **change), key.public_key()), change
    assert not checkpoints.is_genuine(signed, Ed25519PrivateKey.generate().public_key())


def test_lines_are_appended_and_read_back(folder):
    key = Ed25519PrivateKey.generate()
    lines = [checkpoints.sign(replace(HEAD, seq=seq), key) for seq in (1, 2)]
    path, _same = [checkpoints.append(folder, each) for each in lines]
    assert checkpoints.read(path) == lines
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("line", ["nonsense", "[]", '{"form": "other"}', '{"form": "annexa-checkpoint-1", "seq": 1}'])
def test_a_damaged_file_is_refused_with_its_line(tmp_path, line):
    path = tmp_path / "held.jsonl"
    path.write_text(f"{HEAD.line()}\n{line}\n")
    with pytest.raises(checkpoints.BadCheckpoint, match="line 2"):
        checkpoints.read(path)


def test_there_is_one_key_and_only_its_owner_reads_it(tmp_path):
    first, second = checkpoints.private_key(tmp_path), checkpoints.private_key(tmp_path)
    assert first.private_bytes_raw() == second.private_bytes_raw()
    assert (tmp_path / "checkpoint.key").stat().st_mode & 0o777 == 0o600
    assert checkpoints.read_public_key(checkpoints.public_pem(first)) == first.public_key()


@pytest.mark.django_db
def test_every_organisation_gets_a_line_and_no_second_one_while_nothing_happens(two_organisations, folder):
    ours, theirs = two_organisations
    made = services.write_checkpoints()
    assert {each.organization for each in made} >= {str(ours.organization_id), str(theirs.organization_id)}
    assert services.write_checkpoints() == []
    with make.inside(ours):
        organizations.update_organization(actor=ours, name="Renamed")
    assert [each.organization for each in services.write_checkpoints()] == [str(ours.organization_id)]


@pytest.mark.django_db(transaction=True)
def test_a_chain_rewritten_as_a_whole_shows_against_an_old_checkpoint():
    actor = make.organization()
    with make.inside(actor):
        organizations.update_organization(actor=actor, name="Before")
    services.write_checkpoints()
    with make.inside(actor):
        organizations.update_organization(actor=actor, name="After")
    held = checkpoints.read(checkpoints.file_of(settings.CHECKPOINTS, actor.organization_id))
    with make.inside(actor):
        assert queries.verify(actor.organization_id, held).checkpoint == held[-1]

    _rewrite(actor)

    with make.inside(actor):
        assert queries.verify(actor.organization_id).unbroken  # the chain alone cannot know
        verdict = queries.verify(actor.organization_id, held)
    assert verdict.broken_at == 1
    assert "rewritten between entries 1 and 2" in verdict.reason


@pytest.mark.django_db(transaction=True)
def test_a_chain_cut_short_shows_against_a_checkpoint():
    actor = make.organization()
    with make.inside(actor):
        organizations.update_organization(actor=actor, name="Before")
    services.write_checkpoints()
    held = checkpoints.read(checkpoints.file_of(settings.CHECKPOINTS, actor.organization_id))
    with owner.as_owner(), connection.cursor() as cursor:
        cursor.execute("delete from activity_trailentry where seq = 2")
        cursor.execute(
            "update activity_trailhead h set seq = 1, hash = e.hash from activity_trailentry e where e.seq = 1"
        )
    with make.inside(actor):
        assert queries.verify(actor.organization_id).unbroken
        assert "a checkpoint holds 2" in queries.verify(actor.organization_id, held).reason


@pytest.mark.django_db
def test_the_job_mails_what_is_new(acme, mailoutbox, settings):
    settings.CHECKPOINT_MAIL = "auditor@example.com"
    checkpoint.func(0)
    checkpoint.func(0)
    [mail] = mailoutbox
    assert mail.to == ["auditor@example.com"]
    line = next(line for line in mail.body.splitlines() if line.startswith("{") and str(acme.organization_id) in line)
    assert json.loads(line)["seq"] > 0


def _rewrite(actor):
    """Do what the owner of the database could: change the past and compute every hash anew."""
    with owner.as_owner(), connection.cursor() as cursor:
        cursor.execute("update activity_trailentry set body = '{}', seal = sha256(salt || '{}') where seq = 1")
        link = b""
        for entry in queries._in_order(actor.organization_id):
            previous, link = link, queries.hash_of(entry, link)
            cursor.execute(
                "update activity_trailentry set previous = %s, hash = %s where seq = %s", [previous, link, entry.seq]
            )
        cursor.execute("update activity_trailhead set hash = %s", [link])

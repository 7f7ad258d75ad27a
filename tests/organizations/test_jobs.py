"""Mail about people's access."""

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from annexa.organizations import services
from annexa.organizations.jobs import send_invitation
from annexa.organizations.models import Invitation
from annexa.organizations.roles import Role
from tests.factories import organizations as make

pytestmark = pytest.mark.django_db


def _send(invitation):
    send_invitation.func(str(invitation.organization_id), str(invitation.pk))


def test_an_invitation_is_mailed_with_a_link_that_is_stored_nowhere(acme, mailoutbox, client):
    invitation = services.invite_person(actor=acme, email="new@example.com", role=Role.READER)
    [job] = ProcrastinateJob.objects.filter(args__invitation_id=str(invitation.pk))
    assert invitation.token not in str(job.args)

    _send(invitation)
    [mail] = mailoutbox
    assert mail.to == ["new@example.com"]
    assert mail.subject == "Acme invites you to Annexa"
    assert f"/invitation/{acme.organization_id}/{invitation.pk}/{invitation.token}/" in mail.body


def test_a_withdrawn_invitation_is_not_mailed(acme, mailoutbox):
    invitation = services.invite_person(actor=acme, email="new@example.com", role=Role.READER)
    services.withdraw_invitation(actor=acme, invitation=invitation)
    _send(invitation)
    assert mailoutbox == []


def test_mail_that_is_repeated_does_no_harm(acme, mailoutbox):
    invitation = services.invite_person(actor=acme, email="new@example.com", role=Role.READER)
    _send(invitation)
    _send(invitation)
    assert len({mail.body for mail in mailoutbox}) == 1
    assert Invitation.objects.get(pk=invitation.pk).is_open


def test_an_invitation_rolled_back_was_never_queued(acme):
    before = ProcrastinateJob.objects.count()
    with pytest.raises(RuntimeError, match="undo"), make.inside(acme):
        services.invite_person(actor=acme, email="new@example.com", role=Role.READER)
        raise RuntimeError("undo")
    assert ProcrastinateJob.objects.count() == before

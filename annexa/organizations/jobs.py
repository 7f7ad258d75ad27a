"""Mail about people's access."""

import uuid

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from procrastinate.contrib.django import app

from annexa.jobs import queue
from annexa.lib.database import scope
from annexa.lib.text import one_line
from annexa.organizations.models import Invitation


@app.task(name="organizations.send_invitation", retry=queue.PATIENT)
def send_invitation(organization_id: str, invitation_id: str) -> None:
    """Send an invitation's link, unless it was withdrawn or accepted meanwhile."""
    with scope.within(uuid.UUID(organization_id)):
        invitation = (
            Invitation.objects.select_related("organization", "invited_by__person").filter(pk=invitation_id).first()
        )
        if invitation is None or not invitation.is_open:
            return
        link = reverse("invitation", args=[organization_id, invitation_id, invitation.token])
        context = {"invitation": invitation, "link": settings.BASE_URL + link}
        with translation.override(invitation.organization.language):
            subject = one_line(render_to_string("mail/invitation_subject.txt", context))
            body = render_to_string("mail/invitation.txt", context)
    send_mail(subject, body, None, [invitation.email])

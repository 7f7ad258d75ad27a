"""Work for every organisation in turn, as jobs do."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone

from annexa.lib.database import scope
from annexa.organizations.access import Actor, system
from annexa.organizations.models import Organization


@contextmanager
def inside(organization_id: uuid.UUID) -> Iterator[Actor]:
    """Work for one organisation, in its time zone."""
    with scope.within(organization_id):
        organization = Organization.objects.get(pk=organization_id)
        with timezone.override(organization.time_zone):
            yield system(organization)

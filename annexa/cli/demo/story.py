"""Harbour Cloud: fourteen months of an ISMS, made by the product's own commands over a simulated clock.

Every later part of the product adds its own chapter to the end of `build`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils import timezone

from annexa.cli.demo import chapters
from annexa.isms import services as isms
from annexa.lib import clock
from annexa.lib.database import scope as row_scope
from annexa.lib.database.owner import as_owner
from annexa.organizations import access, services
from annexa.organizations import queries as organizations
from annexa.organizations.models import Invitation, Membership, Organization, Person
from annexa.organizations.roles import Role

MONTH = timedelta(days=30)
MONTHS = 14
DOMAIN = "harbourcloud.example"


@cache
def data() -> dict[str, Any]:
    """Return the story's facts."""
    found: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("harbour.yaml").read_text())
    return found


def exists() -> bool:
    """Whether the sample organisation is there already."""
    with as_owner():
        return Organization.objects.filter(slug=data()["organization"]["slug"]).exists()


def build() -> None:
    """Make the sample organisation, once; the owner login tells the trail the simulated time."""
    if exists():
        return
    with as_owner(), transaction.atomic(), timezone.override(data()["organization"]["time_zone"]):
        now = timezone.now().replace(minute=0, second=0, microsecond=0)
        with _day(now, MONTHS, hour=9):
            founder = _found()
        with row_scope.within(founder.organization_id):
            cast = _invite_everybody(now, founder)
            for months_ago in range(MONTHS, -1, -1):
                chapters.tell(Month(now, months_ago, cast, data()))


@dataclass(frozen=True)
class Month:
    """One month of the story, seen from its end: who there is, and the moments of its days."""

    now: datetime
    months_ago: int
    cast: dict[str, access.Actor]
    data: dict[str, Any]
    acts: list[tuple[int, int, Callable[[], None]]] = field(default_factory=list)

    def plan(self, day: int, hour: int, act: Callable[[], None]) -> None:
        """Note something for later in the month."""
        self.acts.append((day, hour, act))

    def live(self) -> None:
        """Do what was planned in the order of time, so that the trail reads as it would have been written."""
        for day, hour, act in sorted(self.acts, key=lambda entry: entry[:2]):
            with self.day(day, hour):
                act()
        self.acts.clear()

    def day(self, number: int, hour: int = 10) -> Any:
        """Return the clock set to a day (0 to 29) of this month."""
        moment = self.now - MONTH * self.months_ago + timedelta(days=number - 29)
        return clock.at(min(moment.replace(hour=hour, minute=(7 * number) % 60), self.now))


@contextmanager
def _day(now: datetime, months_ago: int, hour: int) -> Iterator[None]:
    with clock.at((now - MONTH * (months_ago + 1)).replace(hour=hour)):
        yield


def _found() -> access.Actor:
    lead = data()["people"]["mara"]
    person = _person("mara", lead, is_administrator=True)
    facts = {key: data()["organization"][key] for key in ("name", "slug", "time_zone", "currency")}
    actor = isms.found_organization(person=person, **facts)
    with row_scope.within(actor.organization_id, person.pk):
        services.update_organization(actor=actor, legal_name=data()["organization"]["legal_name"])
    return actor


def _invite_everybody(now: datetime, founder: access.Actor) -> dict[str, access.Actor]:
    cast = {"mara": founder}
    for number, (key, facts) in enumerate(data()["people"].items()):
        if key == "mara":
            continue
        with clock.at((now - MONTH * (MONTHS + 1)).replace(hour=11) + timedelta(days=number)):
            cast[key] = _join(founder, key, facts)
    return {key: _with_title(actor, data()["people"][key]["title"]) for key, actor in cast.items()}


def _join(founder: access.Actor, key: str, facts: dict[str, Any]) -> access.Actor:
    days = facts.get("expires_in_days")
    ends = (timezone.localdate() + timedelta(days=days)) if days else None
    services.invite_person(actor=founder, email=f"{key}@{DOMAIN}", role=Role(facts["role"]), expires_on=ends)
    invitation = Invitation.objects.get(organization=founder.organization, email=f"{key}@{DOMAIN}")
    joined = services.accept_invitation(invitation=invitation, person=_person(key, facts))
    return access.member(joined)


def _person(key: str, facts: dict[str, Any], is_administrator: bool = False) -> Person:
    known = Person.objects.filter(email=f"{key}@{DOMAIN}").first()
    return known or services.create_person(
        name=facts["name"], email=f"{key}@{DOMAIN}", is_administrator=is_administrator
    )


def _with_title(actor: access.Actor, title: str) -> access.Actor:
    Membership.objects.filter(pk=actor.membership.pk).update(job_title=title)  # type: ignore[union-attr]
    return access.member(organizations.member_for(actor, actor.membership.pk))  # type: ignore[union-attr]

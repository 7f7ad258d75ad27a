"""What Harbour Cloud has to show: put in month by month, renewed, and asked for."""

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from annexa.evidence.contents import Content
from annexa.evidence.models import Evidence
from annexa.evidence.queries.evidence import requirements_named
from annexa.evidence.services import evidence, requests
from annexa.lib import clock

if TYPE_CHECKING:
    from annexa.cli.demo.story import Month


@cache
def data() -> dict[str, Any]:
    """Return what there is to show."""
    found: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("evidence.yaml").read_text())
    return found


def tell(month: "Month") -> None:
    """Live through one month."""
    for what, act in (("pieces", _put_in), ("renewals", _renew), ("requests", _ask)):
        for place, line in enumerate(data()[what]):
            if line["month"] == month.months_ago:
                with month.day(8 + place % 9, 9 + place % 7):
                    act(month, line)


def _content(line: dict[str, Any]) -> Content:
    return Content(url=line.get("url", ""), text=line.get("text", ""))


def _put_in(month: "Month", line: dict[str, Any]) -> None:
    actor, today = month.cast[line["owner"]], clock.today()
    evidence.add_evidence(
        actor=actor,
        title=line["title"],
        content=_content(line),
        controls=requirements_named(actor, line["controls"]),
        expires_on=today + timedelta(days=line["until"]),
    )


def _renew(month: "Month", line: dict[str, Any]) -> None:
    found = Evidence.objects.get(organization=month.cast["mara"].organization, title=line["piece"])
    until = clock.today() + timedelta(days=line["until"])
    content = _content(line)
    evidence.add_edition(
        actor=month.cast["samir"], evidence=found, content=content, expires_on=until, note=line["note"]
    )


def _ask(month: "Month", line: dict[str, Any]) -> None:
    mara, asked = month.cast["mara"], month.cast[line["owner"]]
    (control,) = requirements_named(mara, line["control"])
    made = requests.ask_for_evidence(
        actor=mara,
        title=line["title"],
        note=line.get("note", ""),
        owner=asked.membership,
        due=clock.today() + timedelta(days=line["days"]),
        requirement=control,
    )
    if "answer" in line:
        requests.answer_with(actor=asked, request=made, content=Content(text=line["answer"]))
    if line.get("accepted"):
        requests.accept_answer(actor=mara, request=made)

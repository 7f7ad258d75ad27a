"""What Harbour Cloud looks at again and again, and what that showed."""

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from annexa.evidence.contents import Content
from annexa.evidence.models import ControlCheck
from annexa.evidence.queries.evidence import requirements_named
from annexa.evidence.services import checks
from annexa.lib import clock

if TYPE_CHECKING:
    from annexa.cli.demo.story import Month


@cache
def data() -> dict[str, Any]:
    """Return what there is to look at."""
    found: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("looks.yaml").read_text())
    return found


def tell(month: "Month") -> None:
    """Live through one month."""
    if month.months_ago == data()["begun"]:
        with month.day(3, 10):
            _begin(month)
    for line in data()["results"]:
        if line["month"] == month.months_ago:
            with month.day(12, 14):
                _record(month, line)
    if month.months_ago == 0:
        with month.day(5, 11):
            fences = ControlCheck.objects.get(ready="perimeter")
            until = clock.today() + timedelta(days=60)
            checks.switch_check_off(actor=month.cast["mara"], check=fences, reason=data()["left_out"], until=until)


def _begin(month: "Month") -> None:
    mara = month.cast["mara"]
    keys = data()["owners"]
    for made in checks.add_ready_checks(actor=mara, keys=keys):
        owner = month.cast[keys[made.ready]].membership
        checks.change_check(actor=mara, check=made, owner=owner)
    controls = requirements_named(mara, "A.8.8")
    scan = {"kind": "scan", "source": "trivy", "target": "api image", "owner": mara.membership, "every_days": 35}
    checks.add_check(actor=mara, title=data()["scan"], controls=controls, **scan)


def _record(month: "Month", line: dict[str, Any]) -> None:
    check = ControlCheck.objects.select_related("latest", "owner").get(ready=line["check"])
    told: dict[str, Any] = {name: line[name] for name in ("outcome", "actual", "population", "items") if name in line}
    content = Content(text=line["kept"]) if "kept" in line else None
    checks.record_result(actor=month.cast["mara"], check=check, content=content, **told)

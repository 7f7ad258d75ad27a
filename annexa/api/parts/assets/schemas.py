"""What the interface takes and gives of assets."""

import uuid
from datetime import date, datetime
from typing import Any, Literal

from ninja import Field

from annexa.api.fields import Line, Member, Text, Word, member
from annexa.api.schema import Schema
from annexa.assets.models import Asset

Kind = Literal[
    "information", "software", "service", "hardware", "people", "site", "supplied", "operational", "device"
]  # fmt: skip
State = Literal["planned", "in_use", "retired"]
NULLABLE = ("owner", "custodian", "confidentiality", "integrity", "availability", "recovery_time", "recovery_point",
            "review_due", "scope")  # fmt: skip


class Worth(Schema):
    """One value for each dimension, 1 to 5, or none."""

    confidentiality: int | None
    integrity: int | None
    availability: int | None


class AssetOut(Schema):
    """Something of value to the organisation."""

    id: uuid.UUID
    reference: str = Field(examples=["ASSET-12"])
    own_id: str
    name: str
    kind: Kind
    description: str
    owner: Member | None
    custodian: Member | None
    scope: str = Field(description="Slug of the scope it lies in; empty for the whole organisation.")
    classification: str
    confidentiality: int | None
    integrity: int | None
    availability: int | None
    worth: Worth = Field(description="With what flows from the assets that need it.")
    recovery_time: int | None = Field(description="Hours.")
    recovery_point: int | None = Field(description="Hours.")
    personal_data: bool
    unpatchable: bool
    vendor_managed: bool
    location: str
    tags: list[str]
    extra: dict[str, Any] = Field(description="The organisation's own fields.")
    state: State
    review_due: date | None
    reviewed: date | None
    created: datetime
    changed: datetime


Level = int | None


class AssetIn(Schema):
    """A new asset; only a name and a kind are needed."""

    name: Line = Field(examples=["Customer database"])
    kind: Kind
    own_id: Line = ""
    description: Text = ""
    owner: uuid.UUID | None = None
    custodian: uuid.UUID | None = None
    scope: Line | None = Field(None, description="Slug of the scope it lies in.")
    classification: Word = ""
    confidentiality: Level = Field(None, ge=1, le=5)
    integrity: Level = Field(None, ge=1, le=5)
    availability: Level = Field(None, ge=1, le=5)
    recovery_time: int | None = Field(None, ge=0, le=8760)
    recovery_point: int | None = Field(None, ge=0, le=8760)
    personal_data: bool = False
    unpatchable: bool = False
    vendor_managed: bool = False
    location: Line = ""
    tags: list[Word] = Field([], max_length=20, examples=[["production"]])
    extra: dict[Word, Line | int | float | None] = Field({}, max_length=20)
    state: Literal["planned", "in_use"] = "in_use"
    review_due: date | None = None


class AssetChange(Schema):
    """What to change; what is left out stays."""

    name: Line | None = None
    kind: Kind | None = None
    own_id: Line | None = None
    description: Text | None = None
    owner: uuid.UUID | None = None
    custodian: uuid.UUID | None = None
    scope: Line | None = None
    classification: Word | None = None
    confidentiality: Level = Field(None, ge=1, le=5)
    integrity: Level = Field(None, ge=1, le=5)
    availability: Level = Field(None, ge=1, le=5)
    recovery_time: int | None = Field(None, ge=0, le=8760)
    recovery_point: int | None = Field(None, ge=0, le=8760)
    personal_data: bool | None = None
    unpatchable: bool | None = None
    vendor_managed: bool | None = None
    location: Line | None = None
    tags: list[Word] | None = Field(None, max_length=20)
    extra: dict[Word, Line | int | float | None] | None = Field(None, max_length=20)
    review_due: date | None = None


class ManyAssets(Schema):
    """The same change for several assets, all or none."""

    ids: list[uuid.UUID] = Field(min_length=1, max_length=500)
    change: AssetChange


class AssetFilters(Schema):
    """Which assets."""

    q: Line = Field("", description="Words of name, own id and location.")
    kind: Kind | None = None
    state: State | None = None
    classification: Word = ""
    tag: Word = ""
    mine: bool = Field(False, description="Only those the token's member owns.")
    review_late: bool = Field(False, description="Only those past their review date.")


class AssetReview(Schema):
    """When to look again."""

    next_review: date | None = Field(None, examples=["2027-11-30"])


class Retirement(Schema):
    """Why an asset is taken out of use."""

    reason: Text = ""


class Flows(Schema):
    """Which dimensions flow along a dependency."""

    confidentiality: bool = True
    integrity: bool = True
    availability: bool = True


class Need(Flows):
    """What an asset needs, and what flows along."""

    needed: Word = Field(description="Id or reference of the other asset.", examples=["ASSET-7"])


class AssetLink(Flows):
    """One end of a dependency."""

    id: uuid.UUID
    reference: str
    name: str


class AssetLinks(Schema):
    """What an asset needs, and what needs it."""

    needs: list[AssetLink]
    needed_by: list[AssetLink]


class LevelOut(Schema):
    """A level of the classification scheme."""

    key: Word = ""
    name: Word
    handling: Line = ""


class OwnField(Schema):
    """A field of the organisation's own."""

    key: Word = ""
    label: Word
    kind: Literal["text", "number", "day", "choice"] = "text"
    choices: list[Word] = Field([], max_length=40)


class TermsOut(Schema):
    """How the inventory is kept."""

    classifications: list[LevelOut]
    fields: list[OwnField]


class TermsChange(Schema):
    """What to change; what is left out stays."""

    classifications: list[LevelOut] | None = Field(None, max_length=8)
    fields: list[OwnField] | None = Field(None, max_length=20)


def show(asset: Asset) -> AssetOut:
    """Show an asset."""
    plain = {name: getattr(asset, name) for name in _SAME}
    worth = {name: getattr(asset, f"worth_{name}") for name in Worth.model_fields}
    return AssetOut(
        id=asset.pk,
        owner=member(asset.owner),
        custodian=member(asset.custodian),
        scope=asset.scope.slug if asset.scope else "",
        worth=Worth(**worth),
        reviewed=asset.reviewed_on,
        created=asset.created_at,
        changed=asset.changed_at,
        **plain,
    )


_SAME = [
    name for name in AssetOut.model_fields
    if name not in ("id", "owner", "custodian", "scope", "worth", "reviewed", "created", "changed")
]  # fmt: skip

"""Make own controls and files by the product's own commands."""

from django.core.files.uploadedfile import SimpleUploadedFile

from annexa.catalog import services
from annexa.catalog.models import Requirement
from annexa.lib.text import natural_key
from tests.catalog.test_format import GOOD


def own_control(actor, ref="OWN-1", title="Secrets are rotated", **values):
    """Add a control of the organisation's own."""
    return services.create_control(actor=actor, ref=ref, title=title, **values)


def many_own_controls(actor, number):
    """Add controls by the thousand, past the commands."""
    framework = services.own_framework(actor)
    Requirement.objects.bulk_create(
        [
            Requirement(
                organization=actor.organization,
                framework=framework,
                ref=f"OWN-{count}",
                sort_key=natural_key(f"OWN-{count}"),
                title=f"Own control {count}",
                kind=Requirement.Kind.CONTROL,
            )
            for count in range(number)
        ],
        batch_size=2000,
    )


def upload(text=GOOD, name="rules.yaml"):
    """Return a file as a browser sends it."""
    content = text if isinstance(text, bytes) else text.encode()
    return SimpleUploadedFile(name, content, content_type="application/yaml")

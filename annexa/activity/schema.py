"""What the trail needs in the database beyond its tables."""

from pathlib import Path

from django.db import connection


def install(application: str) -> None:
    """Create the append function and take every other way to write from the application; needs the owner."""
    with connection.cursor() as cursor:
        cursor.execute(Path(__file__).with_name("trail.sql").read_text())
        cursor.execute(f'revoke all on activity_trailentry, activity_trailhead from "{application}"')
        cursor.execute(f'grant select on activity_trailentry, activity_trailhead to "{application}"')

"""Answers are kept for repetitions, not for ever."""

import datetime

import pytest

from annexa.api.jobs import forget
from annexa.api.models import Answered
from annexa.lib import clock

pytestmark = pytest.mark.django_db


def test_an_answer_is_kept_for_a_day(acme, program):
    ask = program(acme)
    ask("post", "tasks/", {"title": "Once"}, idempotency_key="a-1")
    forget.func(0)
    assert Answered.objects.count() == 1
    with clock.at(clock.now() + datetime.timedelta(days=1, minutes=1)):
        forget.func(0)
    assert Answered.objects.count() == 0

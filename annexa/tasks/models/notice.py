"""What somebody is told, and by which way they want to be told."""

from datetime import time

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from annexa.lib import clock
from annexa.lib.database import history
from annexa.lib.ids import new_id


class Kind(models.TextChoices):
    """What a notice is about."""

    TASK_GIVEN = "task.given", _("A task is given to me")
    TASK_DUE = "task.due", _("A task of mine falls due")
    TASK_LATE = "task.late", _("A task of mine is late")
    TASK_ESCALATED = "task.escalated", _("Somebody's task is late by a week")
    REVIEW_ASKED = "review.asked", _("My approval is asked for")
    REVIEW_RETURNED = "review.returned", _("What I sent for review comes back")
    REVIEW_APPROVED = "review.approved", _("What I sent for review is approved")
    RISK_TREATED = "risk.treated", _("The treatment of a risk of mine is done")
    ACCEPTANCE_ASKED = "acceptance.asked", _("My signature under a risk is asked for")
    ACCEPTANCE_ENDED = "acceptance.ended", _("A signature under a risk does not hold any more")
    EVIDENCE_ANSWERED = "evidence.answered", _("What I asked for is there")
    EVIDENCE_RETURNED = "evidence.returned", _("Evidence of mine comes back")
    EVIDENCE_EXPIRES = "evidence.expires", _("Evidence of mine expires")
    WEBHOOK_OFF = "webhook.off", _("A webhook was switched off")


class Notice(models.Model):
    """One thing told to one member; words come from the kind and `facts`, so each reads it in their language."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    membership = models.ForeignKey("organizations.Membership", models.CASCADE, db_index=False)
    kind = models.CharField(max_length=30, choices=Kind)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    number = models.PositiveIntegerField(default=1)  # how many things of the kind came at once
    key = models.CharField(max_length=120)  # the same key is told once
    created_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    chatted_at = models.DateTimeField(null=True)

    scope_parent = "membership"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "membership", "key"], name="notice_told_once")]
        indexes = [
            models.Index(fields=["organization", "membership", "-created_at"], name="notice_of_member"),
            models.Index(fields=["organization", "membership"], condition=models.Q(read_at=None), name="notice_unread"),
        ]


class NoticeChoice(models.Model):
    """How a member wants to be told: of which kinds at once by mail or in a chat, of which in a daily digest."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    membership = models.ForeignKey("organizations.Membership", models.CASCADE, db_index=False)
    mail_at_once = ArrayField(models.CharField(max_length=30, choices=Kind), default=list, blank=True)
    in_digest = ArrayField(models.CharField(max_length=30, choices=Kind), default=list, blank=True)
    chat_at_once = ArrayField(models.CharField(max_length=30, choices=Kind), default=list, blank=True)
    digest_hour = models.PositiveSmallIntegerField(default=8)
    quiet_from = models.TimeField(default=time(20))
    quiet_to = models.TimeField(default=time(7))
    changed_at = models.DateTimeField(default=clock.now)

    scope_parent = "membership"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "membership"], name="notice_choice_once")]

    @property
    def has_quiet_hours(self) -> bool:
        return self.quiet_from != self.quiet_to

    def is_quiet(self, at: time) -> bool:
        """Whether a local time lies in the quiet hours, which may reach over midnight."""
        if self.quiet_from <= self.quiet_to:
            return self.quiet_from <= at < self.quiet_to
        return at >= self.quiet_from or at < self.quiet_to


NoticeChoiceVersion = history.versions_of(NoticeChoice)

"""What can be done with tasks, notices, calendars and chats, a module a noun."""

from annexa.tasks.services.calendars import publish_calendar, withdraw_calendar
from annexa.tasks.services.channels import add_channel, remove_channel, try_channel
from annexa.tasks.services.notices import choose_notices, read_notices
from annexa.tasks.services.tasks import (
    create_task,
    finish_task,
    follow_source,
    move_sources,
    reopen_task,
    update_task,
)

__all__ = [
    "add_channel",
    "choose_notices",
    "create_task",
    "finish_task",
    "follow_source",
    "move_sources",
    "publish_calendar",
    "read_notices",
    "remove_channel",
    "reopen_task",
    "try_channel",
    "update_task",
    "withdraw_calendar",
]

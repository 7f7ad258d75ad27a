from annexa.tasks.models.calendar import CalendarFeed
from annexa.tasks.models.channel import Channel
from annexa.tasks.models.notice import Kind, Notice, NoticeChoice
from annexa.tasks.models.task import Task, TaskVersion

__all__ = ["CalendarFeed", "Channel", "Kind", "Notice", "NoticeChoice", "Task", "TaskVersion"]

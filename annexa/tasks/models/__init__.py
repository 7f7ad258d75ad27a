from annexa.tasks.models.notice import Kind, Notice, NoticeChoice
from annexa.tasks.models.task import Task, TaskVersion

__all__ = ["Kind", "Notice", "NoticeChoice", "Task", "TaskVersion"]

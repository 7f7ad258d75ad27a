from django.urls import path

from annexa.web.tasks import calendar, views

app_name = "tasks"
urlpatterns = [
    path("", views.index, name="index"),
    path("add/", views.add, name="add"),
    path("calendar/", calendar.month, name="calendar"),
    path("calendar/address/", calendar.address, name="calendar-address"),
    path("calendar/withdraw/", calendar.withdraw, name="withdraw-calendar"),
    path("<uuid:task_id>/", views.task, name="task"),
    path("<uuid:task_id>/finish/", views.finish, name="finish"),
    path("<uuid:task_id>/reopen/", views.reopen, name="reopen"),
]

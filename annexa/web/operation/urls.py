from django.urls import path

from annexa.web.operation import views

app_name = "operation"
urlpatterns = [
    path("jobs/", views.jobs, name="jobs"),
    path("jobs/<int:job_id>/retry/", views.retry, name="retry"),
    path("jobs/<int:job_id>/cancel/", views.cancel, name="cancel"),
]

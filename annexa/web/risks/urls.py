from django.urls import path

from annexa.web.risks import acceptance, imports, library, method, numbers, readings, register, risk, trend

app_name = "risks"
urlpatterns = [
    path("", register.index, name="index"),
    path("add/", risk.add, name="add"),
    path("import/", imports.upload, name="import"),
    path("import/<str:token>/", imports.columns, name="import-columns"),
    path("library/", library.scenarios, name="library"),
    path("method/", method.method, name="method"),
    path("method/start/", method.start, name="method-start"),
    path("method/edit/", method.edit, name="method-edit"),
    path("method/drop/", method.drop, name="method-drop"),
    path("method/approve/", method.approve, name="method-approve"),
    path("trend/", trend.trend, name="trend"),
    path("against/<str:framework>/<str:ref>/", register.against, name="against"),
    path("file/<slug:format>/", acceptance.file, name="file"),
    path("numbers/", numbers.overview, name="numbers"),
    path("numbers/progress/", numbers.progress, name="numbers-progress"),
    path("<uuid:risk_id>/", risk.risk, name="risk"),
    path("<uuid:risk_id>/numbers/", numbers.estimate, name="estimate"),
    path("<uuid:risk_id>/numbers/drop/", numbers.drop, name="estimate-drop"),
    path("<uuid:risk_id>/edit/", risk.edit, name="edit"),
    path("<uuid:risk_id>/read/", readings.read, name="read"),
    path("<uuid:risk_id>/decide/", readings.decide, name="decide"),
    path("<uuid:risk_id>/accept/", acceptance.sign, name="accept"),
    path("<uuid:risk_id>/withdraw/", acceptance.withdraw, name="withdraw"),
    path("<uuid:risk_id>/duplicate/", risk.duplicate, name="duplicate"),
    path("<uuid:risk_id>/close/", risk.close, name="close"),
    path("<uuid:risk_id>/reopen/", risk.reopen, name="reopen"),
]

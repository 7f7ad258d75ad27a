from django.urls import path

from annexa.web.soa import imports, review, rows, versions, views

app_name = "soa"
urlpatterns = [
    path("", views.index, name="index"),
    path("start/", review.start, name="start"),
    path("versions/", versions.index, name="versions"),
    path("compare/", versions.compare, name="compare"),
    path("import/", imports.upload, name="import"),
    path("import/<str:token>/", imports.columns, name="import-columns"),
    path("<int:number>/", views.statement, name="statement"),
    path("<int:number>/problems/", views.problems, name="problems"),
    path("<int:number>/export/<str:format>/", versions.export_statement, name="export"),
    path("<int:number>/own-controls/", review.add_own_controls, name="own-controls"),
    path("<int:number>/submit/", review.submit, name="submit"),
    path("<int:number>/return/", review.return_to_draft, name="return"),
    path("<int:number>/approve/", review.approve, name="approve"),
    path("<int:number>/<uuid:row_id>/", rows.row, name="row"),
    path("<int:number>/<uuid:row_id>/confirm/", rows.confirm, name="confirm"),
    path("<int:number>/<uuid:row_id>/leave-out/", rows.leave_out, name="leave-out"),
    path("<int:number>/<uuid:row_id>/link/", rows.link, name="link"),
    path("<int:number>/<uuid:row_id>/unlink/", rows.unlink, name="unlink"),
]

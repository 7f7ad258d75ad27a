"""Members: invite, change, deactivate."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from annexa.organizations import queries, services
from annexa.organizations.permissions import Permission
from annexa.organizations.roles import NAMES, PERMISSIONS, SUMMARIES
from annexa.reports import access as access_report
from annexa.reports.export import export
from annexa.web.exports import attachment, table_or_file
from annexa.web.forms import explain
from annexa.web.people.forms import InvitationForm, ListForm, TermsForm
from annexa.web.people.tables import PeopleTable
from annexa.web.request import Request, reads
from annexa.web.words import MAY

EXPORTS = (("pdf", "PDF", "file-type-pdf"), ("xlsx", "Excel", "file-type-xls"), ("csv", "CSV", "file-type-csv"))


@reads(Permission.MEMBERS_READ)
def index(request: Request) -> HttpResponse:
    """List members and open invitations."""
    table = PeopleTable(queries.members(request.actor), request)
    waiting = queries.invitations(request.actor) if request.actor.can(Permission.MEMBERS_EDIT) else []
    context = {
        "page_title": _("People"),
        "invitations": [each for each in waiting if each.is_open],
        "exports": [
            (label, symbol, reverse("people:access-review", args=[request.actor.organization.slug, key]))
            for key, label, symbol in EXPORTS
        ],
    }
    return table_or_file(request, table, "people/index.html", context)


@reads(Permission.MEMBERS_EDIT)
def invite(request: Request) -> HttpResponse:
    """Invite somebody by e-mail."""
    form = InvitationForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        with explain(form):
            invitation = services.invite_person(actor=request.actor, **form.cleaned_data)
            messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": invitation.email})
            return redirect("people:index", organization=request.actor.organization.slug)
    context = {"page_title": _("Invite somebody"), "form": form}
    return render(request, "people/form.html", context, status=422 if form.errors else 200)


@reads(Permission.MEMBERS_EDIT)
def invite_list(request: Request) -> HttpResponse:
    """Invite everybody of a pasted list."""
    form = ListForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        with explain(form):
            sent = len(services.invite_people(actor=request.actor, **form.cleaned_data))
            words = ngettext("%(n)s invitation is on its way.", "%(n)s invitations are on their way.", sent)
            messages.success(request, words % {"n": sent})
            return redirect("people:index", organization=request.actor.organization.slug)
    context = {"page_title": _("Invite a list"), "form": form}
    return render(request, "people/form.html", context, status=422 if form.errors else 200)


@reads(Permission.MEMBERS_EDIT)
def access_review(request: Request, format: str) -> HttpResponse:
    """Send who may do what, for the review that A.5.18 asks for."""
    return attachment(export(access_report.report(request.actor), format, access_report.name(request.actor)))


@reads(Permission.MEMBERS_EDIT)
def member(request: Request, membership_id: uuid.UUID) -> HttpResponse:
    """Show a member and change role, scope or end date."""
    found = queries.member_for(request.actor, membership_id)
    initial = {"role": found.role, "scope": str(found.scope_id or ""), "expires_on": found.expires_on}
    form = TermsForm(request.POST or None, actor=request.actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        with explain(form):
            services.change_membership(actor=request.actor, membership=found, **form.cleaned_data)
            messages.success(request, _("Saved. It counts from the next click on."))
            return redirect("people:index", organization=request.actor.organization.slug)
    context = {"page_title": str(found), "form": form, "member": found}
    return render(request, "people/form.html", context, status=422 if form.errors else 200)


@reads(Permission.MEMBERS_READ)
def roles(request: Request) -> HttpResponse:
    """Show who may do what: the roles as a table."""
    table = [
        (permission, MAY[permission], [(role, permission in PERMISSIONS[role]) for role in NAMES])
        for permission in Permission
    ]
    context = {"page_title": _("Roles"), "names": NAMES, "summaries": SUMMARIES, "permissions": table}
    return render(request, "people/roles.html", context)


@require_POST
@reads(Permission.MEMBERS_EDIT)
def reactivate(request: Request, membership_id: uuid.UUID) -> HttpResponse:
    """Give a member access again."""
    services.reactivate_membership(actor=request.actor, membership=queries.member_for(request.actor, membership_id))
    return redirect("people:index", organization=request.actor.organization.slug)


@require_POST
@reads(Permission.MEMBERS_EDIT)
def withdraw(request: Request, invitation_id: uuid.UUID) -> HttpResponse:
    """Withdraw an invitation."""
    found = queries.invitations(request.actor).filter(pk=invitation_id).first()
    if found is None:
        raise Http404
    services.withdraw_invitation(actor=request.actor, invitation=found)
    messages.success(request, _("The invitation is withdrawn; its link no longer works."))
    return redirect("people:index", organization=request.actor.organization.slug)

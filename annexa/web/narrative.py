"""The trail in sentences: who did what to which thing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annexa.activity import queries as activity
from annexa.activity.models import TrailEntry
from annexa.organizations import queries as organizations
from annexa.organizations.access import Actor
from annexa.treatment.queries import subjects

# command → what it did, said after the person's name; %(subject)s is the thing's own name
WORDS = {
    "assets.add_asset": gettext_lazy("added the asset %(subject)s"),
    "assets.change_asset": gettext_lazy("changed the asset %(subject)s"),
    "assets.change_assets": gettext_lazy("changed several assets"),
    "assets.describe_inventory": gettext_lazy("changed the terms of the inventory"),
    "assets.import_assets": gettext_lazy("imported assets"),
    "assets.link_assets": gettext_lazy("said what %(subject)s needs"),
    "assets.restore_asset": gettext_lazy("brought back the asset %(subject)s"),
    "assets.retire_asset": gettext_lazy("retired the asset %(subject)s"),
    "assets.review_asset": gettext_lazy("reviewed the asset %(subject)s"),
    "assets.unlink_assets": gettext_lazy("said what %(subject)s needs no more"),
    "catalog.adopt_framework": gettext_lazy("brought in the framework %(subject)s"),
    "catalog.create_control": gettext_lazy("added the control %(subject)s"),
    "catalog.import_crosswalk": gettext_lazy("imported a crosswalk"),
    "catalog.import_file": gettext_lazy("uploaded a framework or crosswalk"),
    "catalog.import_framework": gettext_lazy("imported the framework %(subject)s"),
    "catalog.retire_control": gettext_lazy("retired or brought back the control %(subject)s"),
    "catalog.update_control": gettext_lazy("changed the control %(subject)s"),
    "isms.add_context_row": gettext_lazy("added to the context"),
    "isms.change_context_row": gettext_lazy("changed the context"),
    "isms.choose_profile": gettext_lazy("loaded an industry profile"),
    "isms.describe_scope": gettext_lazy("changed the scope"),
    "isms.remove_context_row": gettext_lazy("removed a line of the context"),
    "evidence.accept_answer": gettext_lazy("accepted evidence that was asked for"),
    "evidence.add_check": gettext_lazy("added a control check"),
    "evidence.add_ready_checks": gettext_lazy("added ready checks"),
    "evidence.ask_for_checks": gettext_lazy("gave the tasks of checks that are due"),
    "evidence.change_check": gettext_lazy("changed a control check"),
    "evidence.exclude_item": gettext_lazy("left an item of a check out"),
    "evidence.include_item": gettext_lazy("counted an item of a check again"),
    "evidence.record_result": gettext_lazy("recorded what a check showed"),
    "evidence.report_result": gettext_lazy("reported what a check showed"),
    "evidence.retire_check": gettext_lazy("retired a check or brought it back"),
    "evidence.switch_check_off": gettext_lazy("left a check out for a time"),
    "evidence.switch_check_on": gettext_lazy("let a check count again"),
    "evidence.add_edition": gettext_lazy("put in a new edition of evidence"),
    "evidence.add_evidence": gettext_lazy("put in evidence"),
    "evidence.answer_request": gettext_lazy("gave evidence that was asked for"),
    "evidence.answer_with": gettext_lazy("gave evidence that was asked for"),
    "evidence.ask_for_evidence": gettext_lazy("asked somebody for evidence"),
    "evidence.assign_findings": gettext_lazy("gave findings to somebody"),
    "evidence.change_evidence": gettext_lazy("changed evidence"),
    "evidence.decide_findings": gettext_lazy("decided about findings"),
    "evidence.follow_contradictions": gettext_lazy("gave tasks where findings contradict what is declared"),
    "evidence.import_scan": gettext_lazy("brought in a scan"),
    "evidence.link_evidence": gettext_lazy("linked evidence"),
    "evidence.raise_from_finding": gettext_lazy("raised a risk from a finding"),
    "evidence.reopen_accepted": gettext_lazy("opened findings whose acceptance was over"),
    "evidence.restore_evidence": gettext_lazy("brought evidence back"),
    "evidence.retire_evidence": gettext_lazy("retired evidence"),
    "evidence.return_answer": gettext_lazy("gave evidence back"),
    "evidence.unlink_evidence": gettext_lazy("took a link of evidence away"),
    "evidence.withdraw_request": gettext_lazy("withdrew a request for evidence"),
    "organizations.accept_invitation": gettext_lazy("joined"),
    "organizations.change_membership": gettext_lazy("changed somebody's role"),
    "organizations.claim_domains": gettext_lazy("claimed the domains that single sign-on lets in"),
    "organizations.connect_single_sign_on": gettext_lazy("connected single sign-on, or changed it"),
    "organizations.create_organization": gettext_lazy("founded the organisation"),
    "organizations.create_scope": gettext_lazy("added the scope %(subject)s"),
    "organizations.create_token": gettext_lazy("made a token for a program"),
    "organizations.deactivate_membership": gettext_lazy("ended somebody's access"),
    "organizations.delegate": gettext_lazy("let somebody stand in"),
    "organizations.disconnect_single_sign_on": gettext_lazy("disconnected single sign-on"),
    "organizations.end_delegation": gettext_lazy("ended that somebody stands in"),
    "organizations.invite_people": gettext_lazy("invited a list of people"),
    "organizations.invite_person": gettext_lazy("invited somebody"),
    "organizations.join_by_single_sign_on": gettext_lazy("came in by single sign-on"),
    "organizations.reactivate_membership": gettext_lazy("gave somebody access again"),
    "organizations.relax_four_eyes": gettext_lazy("changed the four-eyes rule"),
    "organizations.require_second_factor": gettext_lazy("changed whether everybody needs a second factor"),
    "organizations.require_single_sign_on": gettext_lazy("changed whether everybody comes in by single sign-on"),
    "organizations.restore_owner": gettext_lazy("restored an owner"),
    "organizations.revoke_token": gettext_lazy("revoked a token"),
    "organizations.update_organization": gettext_lazy("changed the settings"),
    "organizations.withdraw_invitation": gettext_lazy("withdrew an invitation"),
    "records.approve_disposal": gettext_lazy("approved that records are destroyed"),
    "records.ask_for_export": gettext_lazy("asked for a complete export"),
    "records.destroy_record": gettext_lazy("destroyed a record whose time was over"),
    "records.fetch_export": gettext_lazy("fetched a complete export"),
    "records.finish_disposal": gettext_lazy("finished a disposal of records"),
    "records.keep_export": gettext_lazy("finished a complete export"),
    "records.note_export": gettext_lazy("made a complete export on the server"),
    "records.place_hold": gettext_lazy("placed a legal hold"),
    "records.propose_disposal": gettext_lazy("put records forward for disposal"),
    "records.refuse_disposal": gettext_lazy("refused that records are destroyed"),
    "records.release_hold": gettext_lazy("released a legal hold"),
    "records.remove_export": gettext_lazy("removed a complete export"),
    "records.set_rule": gettext_lazy("changed how long records are kept"),
    "records.withdraw_disposal": gettext_lazy("took a disposal of records back"),
    "risks.add_risk": gettext_lazy("added the risk %(subject)s"),
    "risks.approve_method": gettext_lazy("approved the risk method"),
    "risks.ask_for_readings": gettext_lazy("asked owners to read risks anew"),
    "risks.ask_for_simulation": gettext_lazy("asked for a simulation of losses"),
    "risks.assess_risk": gettext_lazy("read the risk %(subject)s"),
    "risks.change_method": gettext_lazy("changed the draft of the risk method"),
    "risks.change_risk": gettext_lazy("changed the risk %(subject)s"),
    "risks.change_risks": gettext_lazy("changed several risks"),
    "risks.close_risk": gettext_lazy("closed the risk %(subject)s"),
    "risks.decide_risk": gettext_lazy("decided on the risk %(subject)s"),
    "risks.drop_estimate": gettext_lazy("took %(subject)s out of the figures in money"),
    "risks.drop_method": gettext_lazy("dropped the draft of the risk method"),
    "risks.duplicate_risk": gettext_lazy("copied the risk %(subject)s"),
    "risks.estimate_risk": gettext_lazy("put %(subject)s in money"),
    "risks.keep_simulation": gettext_lazy("finished a simulation of losses"),
    "risks.raise_risk": gettext_lazy("raised the risk %(subject)s"),
    "risks.reopen_risk": gettext_lazy("opened the risk %(subject)s again"),
    "risks.start_method": gettext_lazy("started a draft of the risk method"),
    "risks.take_scenarios": gettext_lazy("took risks from the library"),
    "tasks.add_channel": gettext_lazy("added a chat"),
    "tasks.choose_notices": gettext_lazy("chose what to be told by mail and chat"),
    "tasks.create_task": gettext_lazy("created the task %(subject)s"),
    "tasks.finish_task": gettext_lazy("finished the task %(subject)s"),
    "tasks.move_sources": gettext_lazy("moved tasks to a new source"),
    "tasks.publish_calendar": gettext_lazy("gave their calendar an address"),
    "tasks.read_notices": gettext_lazy("read notices"),
    "tasks.remove_channel": gettext_lazy("removed a chat"),
    "tasks.reopen_task": gettext_lazy("reopened the task %(subject)s"),
    "tasks.try_channel": gettext_lazy("tried a chat"),
    "tasks.update_task": gettext_lazy("changed the task %(subject)s"),
    "tasks.withdraw_calendar": gettext_lazy("took their calendar’s address away"),
    "treatment.accept_exclusion": gettext_lazy("left out %(subject)s with a justification"),
    "treatment.accept_risk": gettext_lazy("signed for the risk %(subject)s"),
    "treatment.add_action": gettext_lazy("planned the action %(subject)s"),
    "treatment.add_evidence": gettext_lazy("added evidence"),
    "treatment.add_link": gettext_lazy("linked %(subject)s to a page"),
    "treatment.add_own_controls": gettext_lazy("added own controls to the Statement of Applicability"),
    "treatment.approve_statement": gettext_lazy("approved the Statement of Applicability"),
    "treatment.ask_for_acceptance": gettext_lazy("asked for signatures under risks"),
    "treatment.change_action": gettext_lazy("changed the action %(subject)s"),
    "treatment.change_actions": gettext_lazy("changed several actions"),
    "treatment.close_assessment": gettext_lazy("closed the gap assessment %(subject)s"),
    "treatment.confirm_control": gettext_lazy("kept %(subject)s as it came from the 2013 edition"),
    "treatment.decide_control": gettext_lazy("decided %(subject)s"),
    "treatment.decide_controls": gettext_lazy("decided %(subject)s"),
    "treatment.decide_each": gettext_lazy("decided %(subject)s by import"),
    "treatment.end_acceptances": gettext_lazy("ended signatures that do not hold any more"),
    "treatment.end_access": gettext_lazy("handed over %(subject)s from somebody who left"),
    "treatment.import_risks": gettext_lazy("imported risks"),
    "treatment.import_sheet": gettext_lazy("uploaded a sheet"),
    "treatment.import_statement": gettext_lazy("imported a Statement of Applicability"),
    "treatment.rate_each": gettext_lazy("rated %(subject)s by import"),
    "treatment.rate_requirement": gettext_lazy("rated %(subject)s"),
    "treatment.rate_requirements": gettext_lazy("rated %(subject)s"),
    "treatment.remove_evidence": gettext_lazy("removed evidence"),
    "treatment.remove_link": gettext_lazy("took a link away from %(subject)s"),
    "treatment.rename_assessment": gettext_lazy("renamed the gap assessment %(subject)s"),
    "treatment.return_statement": gettext_lazy("took the Statement of Applicability back to draft"),
    "treatment.set_document": gettext_lazy("recorded the state of a mandatory document"),
    "treatment.start_assessment": gettext_lazy("started the gap assessment %(subject)s"),
    "treatment.start_statement": gettext_lazy("started a draft of the Statement of Applicability"),
    "treatment.submit_statement": gettext_lazy("asked for review of the Statement of Applicability"),
    "treatment.treat_risk": gettext_lazy("decided the treatment of %(subject)s"),
    "treatment.withdraw_acceptance": gettext_lazy("withdrew a signature under the risk %(subject)s"),
    "webhooks.add_webhook": gettext_lazy("added the webhook %(subject)s"),
    "webhooks.change_webhook": gettext_lazy("changed the webhook %(subject)s"),
    "webhooks.pause_webhook": gettext_lazy("paused the webhook %(subject)s"),
    "webhooks.remove_webhook": gettext_lazy("removed a webhook"),
    "webhooks.replace_secret": gettext_lazy("gave the webhook %(subject)s a new secret"),
    "webhooks.resume_webhook": gettext_lazy("resumed the webhook %(subject)s"),
    "webhooks.send_again": gettext_lazy("sent events to the webhook %(subject)s again"),
    "webhooks.switch_off": gettext_lazy("switched off the webhook %(subject)s"),
    "webhooks.try_webhook": gettext_lazy("tried the webhook %(subject)s"),
}


@dataclass(frozen=True)
class Line:
    """One entry as it is read: the person, the sentence, the moment and where to look."""

    seq: int
    who: str
    text: str
    subject: str  # the part of the text that names the thing; empty where it has no name
    at: datetime
    url: str
    command: str
    body: dict[str, object]

    @property
    def around(self) -> tuple[str, str]:
        """Return what the sentence says before and after the thing it is about."""
        before, _subject, after = self.text.partition(self.subject) if self.subject else (self.text, "", "")
        return before, after


def tell(
    actor: Actor,
    entries: Iterable[TrailEntry],
    *,
    people: dict[str, str] | None = None,
    names: dict[tuple[str, str], tuple[str, str]] | None = None,
) -> list[Line]:
    """Return entries as sentences; two queries, spared by giving names by person and (name, page) by subject."""
    entries = list(entries)
    people = people or organizations.people_by_id(actor)
    names = names or subjects.names(actor, [(entry.subject_type, entry.subject_id) for entry in entries])
    return [_line(actor, entry, people, names) for entry in entries]


def _line(
    actor: Actor, entry: TrailEntry, people: dict[str, str], names: dict[tuple[str, str], tuple[str, str]]
) -> Line:
    subject, page = names.get((entry.subject_type, entry.subject_id), ("", ""))
    words = str(WORDS.get(entry.command, entry.command)) % {"subject": subject or _("something")}
    who = _("Annexa") if entry.actor == "system" else people.get(entry.actor, _("Somebody who left"))
    url = reverse(page, args=[actor.organization.slug]) if page else ""
    return Line(
        entry.seq,
        who,
        words,
        subject if subject in words else "",
        entry.at,
        url,
        entry.command,
        activity.body_of(entry),
    )

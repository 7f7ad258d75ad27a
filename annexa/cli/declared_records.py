"""The verbs for evidence, and for how long records are kept."""

from annexa.cli.verbs import Given, Verb, argument, body, flag, query

FILE = Given("file", "File to send.", "file", needed=True, alone=True)
OUT = Given("out", "File to write.", "out", needed=True)
HOLD = argument("hold_id", "Id of the hold.")
DISPOSAL = argument("disposal_id", "Id of the disposal.")
CLASS = argument("record_class", "tasks, risks, assets, gap, evidence, findings or invitations.")
RETENTION = (
    Verb("retention", "rules", "GET", "retention/rules", "List how long records are kept.", (),
         ("record_class", "months", "basis", "ended", "past", "held")),
    Verb("retention", "set", "POST", "retention/rules/{record_class}", "Say how long a class is kept.",
         (CLASS, body("months", "Months after it ended; for ever if left out.", "number"),
          body("basis", "The law, contract or rule that says so."))),
    Verb("retention", "holds", "GET", "retention/holds", "List legal holds.", (),
         ("id", "record_class", "record", "reason", "placed", "released")),
    Verb("retention", "hold", "POST", "retention/holds", "Keep everything, a class or one record from disposal.",
         (argument("reason", "Why.", "body"),
          body("record_class", "tasks, risks, assets, gap, evidence, findings or invitations."),
          body("record", "Reference or id of one record."))),
    Verb("retention", "release", "POST", "retention/holds/{hold_id}/release", "End a hold.",
         (HOLD, body("reason", "Why.", needed=True))),
    Verb("retention", "disposals", "GET", "retention/disposals", "List disposals.", (),
         ("id", "record_class", "state", "records", "destroyed", "kept", "proposed")),
    Verb("retention", "propose", "POST", "retention/disposals",
         "Put forward what is past its time; a person approves on the page.",
         (argument("record_class", "tasks, risks, assets, gap, evidence, findings or invitations.", "body"),)),
    Verb("retention", "show", "GET", "retention/disposals/{disposal_id}", "Show a disposal.", (DISPOSAL,)),
    Verb("retention", "records", "GET", "retention/disposals/{disposal_id}/records",
         "List the records of a disposal, or what is left of them.", (DISPOSAL,),
         ("subject_type", "subject_id", "name", "ended_on", "destroyed", "kept_because")),
    Verb("retention", "withdraw", "POST", "retention/disposals/{disposal_id}/withdraw", "Take a proposal back.",
         (DISPOSAL,)),
)  # fmt: skip
PIECE = argument("piece_id", "Id or reference of the evidence, such as EVID-12.")
ASKED = argument("request_id", "Id of the request.")
CONTROL_REFS = body("controls", "References with commas between, such as A.8.13, 9.1.")
RISK_REFS = body("risks", "References with commas between, such as RISK-3.")
COLLECTED = (
    body("url", "A link."), body("text", "A record in words."), body("collected_on", "Such as 2026-11-30.", "day"),
    body("collected_with", "The program that collected it."),
)  # fmt: skip
EVIDENCE = (
    Verb("evidence", "list", "GET", "evidence/", "List evidence.",
         (query("q", "Words."), query("state", "current or retired."), query("kind", "file, link or record."),
          query("control", "Linked to this reference."), flag("mine", "Only yours."),
          flag("expired", "Only what does not count any more."), flag("expiring", "Only what ends within a month.")),
         ("reference", "title", "owner", "expires_on", "state")),
    Verb("evidence", "add", "POST", "evidence/", "Put in a link or a record.",
         (argument("title", "What it shows.", "body"), *COLLECTED, CONTROL_REFS, RISK_REFS,
          body("expires_on", "Until when it counts.", "day"), body("owner", "Id or e-mail address.", "member"),
          body("description", "More about it."))),
    Verb("evidence", "upload", "POST", "evidence/file", "Put in a file.",
         (FILE, body("title", "What it shows.", needed=True), CONTROL_REFS, RISK_REFS,
          body("collected_on", "Such as 2026-11-30.", "day"), body("collected_with", "The program that collected it."),
          body("expires_on", "Until when it counts.", "day"))),
    Verb("evidence", "show", "GET", "evidence/{piece_id}", "Show a piece of evidence.", (PIECE,)),
    Verb("evidence", "change", "PATCH", "evidence/{piece_id}", "Change what is said of it.",
         (PIECE, body("title", "What it shows."), body("description", "More about it."),
          body("owner", "Id or e-mail address.", "member"), body("period_from", "About the time from.", "day"),
          body("period_to", "To.", "day"), body("expires_on", "Until when it counts.", "day"))),
    Verb("evidence", "serves", "GET", "evidence/{piece_id}/serves", "List what it counts for.", (PIECE,),
         ("framework", "ref", "title", "by", "relation")),
    Verb("evidence", "link", "POST", "evidence/{piece_id}/links", "Say what more it bears on.",
         (PIECE, CONTROL_REFS, RISK_REFS)),
    Verb("evidence", "unlink", "POST", "evidence/{piece_id}/unlink", "Say what it bears on no more.",
         (PIECE, CONTROL_REFS, RISK_REFS)),
    Verb("evidence", "editions", "GET", "evidence/{piece_id}/editions", "List what was put in.", (PIECE,),
         ("number", "kind", "file_name", "url", "collected_on", "note")),
    Verb("evidence", "renew", "POST", "evidence/{piece_id}/editions", "Put in a link or record as a new edition.",
         (PIECE, *COLLECTED, body("expires_on", "Until when it counts.", "day"), body("note", "What is new."))),
    Verb("evidence", "renew-file", "POST", "evidence/{piece_id}/editions/file", "Put in a file as a new edition.",
         (PIECE, FILE, body("collected_on", "Such as 2026-11-30.", "day"),
          body("expires_on", "Until when it counts.", "day"), body("note", "What is new."))),
    Verb("evidence", "download", "GET", "evidence/{piece_id}/editions/{number}/file", "Write an edition's file.",
         (PIECE, argument("number", "Number of the edition."), OUT)),
    Verb("evidence", "retire", "POST", "evidence/{piece_id}/retire", "Take it out of use.", (PIECE,)),
    Verb("evidence", "restore", "POST", "evidence/{piece_id}/restore", "Bring it back.", (PIECE,)),
    Verb("evidence", "requests", "GET", "evidence/requests", "List who is asked for what.",
         (query("q", "Words."), query("state", "asked, answered, returned, accepted or withdrawn."),
          flag("mine", "Only what you are asked for."), flag("late", "Only what is overdue.")),
         ("id", "title", "control", "owner", "due", "state", "evidence")),
    Verb("evidence", "ask", "POST", "evidence/requests", "Ask a member for evidence.",
         (argument("title", "What is to be shown.", "body"),
          body("owner", "Id or e-mail address.", "member", needed=True), body("due", "Until.", "day", needed=True),
          body("control", "For this control."), body("note", "What to look at."))),
    Verb("evidence", "request", "GET", "evidence/requests/{request_id}", "Show a request.", (ASKED,)),
    Verb("evidence", "answer", "POST", "evidence/requests/{request_id}/answer", "Give evidence for a request.",
         (ASKED, body("evidence", "Reference of what is there already."), body("url", "A link."),
          body("text", "A record in words."), body("title", "What it shows."), body("note", "Note."))),
    Verb("evidence", "answer-file", "POST", "evidence/requests/{request_id}/answer/file", "Give a file for a request.",
         (ASKED, FILE, body("title", "What it shows."), body("note", "Note."))),
    Verb("evidence", "accept", "POST", "evidence/requests/{request_id}/accept", "Take what was given.", (ASKED,)),
    Verb("evidence", "return", "POST", "evidence/requests/{request_id}/return", "Give back what does not show it.",
         (ASKED, body("reason", "What is missing.", needed=True))),
    Verb("evidence", "withdraw", "POST", "evidence/requests/{request_id}/withdraw", "Ask no more.", (ASKED,)),
)  # fmt: skip
FINDING = argument("finding_id", "Id or reference of the finding, such as FIND-12.")
FINDING_IDS = body("ids", "Ids with commas between.", "list", needed=True)
FINDINGS = (
    Verb("findings", "list", "GET", "findings/", "List findings, the worst first.",
         (query("q", "Words."), query("state", "open, mended, accepted, disputed or false."),
          query("severity", "At least this: low, medium, high or critical."), query("source", "Such as sarif."),
          query("control", "Bearing on this one, such as A.8.8."), flag("mine", "Only yours."),
          flag("late", "Only overdue ones.")),
         ("reference", "severity", "title", "found_on", "due", "state")),
    Verb("findings", "show", "GET", "findings/{finding_id}", "Show a finding with its remedy.", (FINDING,)),
    Verb("findings", "import", "POST", "findings/scans", "Bring in a scanner's file, all of it or nothing.",
         (FILE, body("target", "What was scanned, such as: shop, main branch.", needed=True),
          body("source", "Its format, such as sarif; recognised if left out."))),
    Verb("findings", "scans", "GET", "findings/scans", "List what was brought in.", (),
         ("at", "source", "target", "tool", "new", "again", "reopened", "mended")),
    Verb("findings", "decide", "POST", "findings/decide", "Accept, dispute, call false, or open again.",
         (FINDING_IDS, body("state", "open, accepted, disputed or false.", needed=True), body("reason", "Why."),
          body("until", "Accepted until.", "day"))),
    Verb("findings", "assign", "POST", "findings/assign", "Say who mends findings, and until when.",
         (FINDING_IDS, body("owner", "Id or e-mail address.", "member"), body("due", "Mend by.", "day"))),
    Verb("findings", "raise", "POST", "findings/{finding_id}/risk", "Raise the risk that a finding stands for.",
         (FINDING, query("scope", "Slug of the scope."))),
)  # fmt: skip
CHECK = argument("check_id", "Id or reference of the check, such as CHECK-3.")
REASON = body("reason", "Why.", needed=True)
UNTIL = body("until", "Until this day, within a year.", "day", needed=True)
ABOUT_CHECK = (
    body("every_days", "How often it is looked at, in days.", "number"), body("due", "Next by.", "day"),
    body("owner", "Id or e-mail address.", "member"), body("look", "What to look at."), body("keep", "What to keep."),
    body("mend", "What to do when it fails."), body("expected", "What is expected."),
    body("least", "Of scans: fails from this severity on."),
)  # fmt: skip
SCANS = (body("source", "Of scans: the scanner, such as trivy."), body("target", "Of scans: what it scans."))
SHOWED = (
    body("on", "The day it is about; today if left out.", "day"), body("actual", "What was seen."),
    body("population", "How many were looked at.", "number"),
)  # fmt: skip
CHECKS = (
    Verb("checks", "list", "GET", "checks/", "List control checks.",
         (query("q", "Words."), query("state", "pass, fail, na, none or off."),
          query("kind", "manual, push or scan."), query("control", "Bearing on this one, such as A.8.13."),
          flag("mine", "Only yours."), flag("late", "Only overdue ones.")),
         ("reference", "title", "standing", "controls", "last", "due")),
    Verb("checks", "add", "POST", "checks/", "Add a check.",
         (argument("title", "What is checked.", "body"),
          body("controls", "References with commas between.", needed=True), body("kind", "manual, push or scan."),
          *SCANS, *ABOUT_CHECK)),
    Verb("checks", "show", "GET", "checks/{check_id}", "Show a check.", (CHECK,)),
    Verb("checks", "change", "PATCH", "checks/{check_id}", "Change what is said of a check.",
         (CHECK, body("title", "What is checked."), body("controls", "References with commas between."), *SCANS,
          *ABOUT_CHECK)),
    Verb("checks", "ready", "GET", "checks/ready", "List ready checks for what no machine sees.", (),
         ("key", "title", "controls", "every_days", "added")),
    Verb("checks", "add-ready", "POST", "checks/ready", "Add ready checks.",
         (body("keys", "Keys with commas between.", "list", needed=True),)),
    Verb("checks", "results", "GET", "checks/{check_id}/results", "List what a check showed.", (CHECK,),
         ("on", "outcome", "actual", "failing", "excluded", "program")),
    Verb("checks", "record", "POST", "checks/{check_id}/results", "Say what a check showed.",
         (CHECK, body("outcome", "pass, fail or na.", needed=True), *SHOWED, body("url", "A link to keep."),
          body("text", "A text to keep."))),
    Verb("checks", "report", "POST", "checks/{check_id}/reports", "Report what a program saw.",
         (CHECK, body("outcome", "pass, fail, na or none."), *SHOWED, body("program", "Its name."))),
    Verb("checks", "off", "POST", "checks/{check_id}/off", "Leave a check out for a time.", (CHECK, REASON, UNTIL)),
    Verb("checks", "on", "POST", "checks/{check_id}/on", "Let a check count again.", (CHECK,)),
    Verb("checks", "retire", "POST", "checks/{check_id}/retire", "Take a check out of use.", (CHECK,)),
    Verb("checks", "restore", "POST", "checks/{check_id}/restore", "Bring a check back.", (CHECK,)),
    Verb("checks", "exclude", "POST", "checks/{check_id}/exclusions", "Leave one item out for a time.",
         (CHECK, body("item", "Its name.", needed=True), REASON, UNTIL)),
    Verb("checks", "include", "POST", "checks/{check_id}/inclusions", "Count an item again.",
         (CHECK, body("item", "Its name.", needed=True))),
)  # fmt: skip

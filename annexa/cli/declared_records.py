"""The verbs for evidence, and for how long records are kept."""

from annexa.cli.verbs import Given, Verb, argument, body, flag, query

FILE = Given("file", "File to send.", "file", needed=True, alone=True)
OUT = Given("out", "File to write.", "out", needed=True)
HOLD = argument("hold_id", "Id of the hold.")
DISPOSAL = argument("disposal_id", "Id of the disposal.")
CLASS = argument("record_class", "tasks, risks, assets, gap, evidence or invitations.")
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
          body("record_class", "tasks, risks, assets, gap, evidence or invitations."),
          body("record", "Reference or id of one record."))),
    Verb("retention", "release", "POST", "retention/holds/{hold_id}/release", "End a hold.",
         (HOLD, body("reason", "Why.", needed=True))),
    Verb("retention", "disposals", "GET", "retention/disposals", "List disposals.", (),
         ("id", "record_class", "state", "records", "destroyed", "kept", "proposed")),
    Verb("retention", "propose", "POST", "retention/disposals",
         "Put forward what is past its time; a person approves on the page.",
         (argument("record_class", "tasks, risks, assets, gap, evidence or invitations.", "body"),)),
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

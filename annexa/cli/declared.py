"""The verbs for everyday work, group by group."""

from annexa.cli.verbs import SCOPE, Given, Verb, argument, body, flag, query

GROUPS = {
    "activity": "The trail: who did what, when.",
    "assets": "The inventory of assets.",
    "context": "Issues, interested parties and obligations of a scope.",
    "controls": "Controls of every framework; your own can be changed.",
    "inbox": "What you have been told, and by which way.",
    "exports": "Everything of the organisation as one file.",
    "organization": "The organisation and its settings.",
    "people": "Members and invitations.",
    "plan": "The risk treatment plan.",
    "risks": "The register of risks, and the method.",
    "scopes": "ISMS scopes.",
    "tasks": "What people have to do.",
    "webhooks": "Other systems that are told what happens.",
}
SECRETS = (
    body("password", "File that holds your password; a signature is by a person.", "secret"),
    body("code", "Or a code of your authenticator app."),
)
TASK = argument("task_id", "Id of the task.")
MEMBER = argument("membership_id", "Id or e-mail address of the member.", kind="member")
REF = argument("ref", "Id of the control, such as OWN-1.")
RATING = argument("rating_id", "Id of the requirement or control, such as A.5.1.")
ROW = argument("row_id", "Id of the control, such as A.5.1.")
NUMBER = argument("number", "Number of the assessment or statement; 0 is the newest.")
ROW_ID = argument("row_id", "Id of the row.")
CHANGES = argument("rows", "JSON file: a list of objects, each with `id` and what to change.", "body", "rows")
FILE = Given("file", "File to send.", "file", needed=True, alone=True)
OUT = Given("out", "File to write.", "out", needed=True)
ATTRIBUTES = [
    body(name, "Values with commas between.", "list")
    for name in ("control_type", "properties", "concepts", "capabilities", "domains")
]
TASK_FIELDS = (body("note", "More about it."), body("owner", "Id or e-mail address.", "member"),
               body("due", "Such as 2026-12-18.", "day"))  # fmt: skip
RATED = (
    body("conformity", "not_assessed, nonconforming, partial, conforming or not_applicable."),
    body("maturity", "0 to 5.", "number"), body("target", "0 to 5.", "number"), body("note", "What was found."),
    body("action", "What to do next."), body("owner", "Id or e-mail address.", "member"),
    body("effort", "Days.", "number"), body("due", "Such as 2026-12-18.", "day"),
)  # fmt: skip
DECIDED = (
    body("applicable", "yes, no, or empty for undecided.", "yes"),
    body("reasons", "risk, legal, contract, baseline.", "list"),
    body("justification", "Why."), body("status", "not_started, planned, in_progress or implemented."),
    body("implementation", "How."), body("owner", "Id or e-mail address.", "member"),
)  # fmt: skip

ASSET = argument("asset_id", "Id or reference of the asset, such as ASSET-12.")
ASSET_FIELDS = (
    body("own_id", "Your own id."), body("description", "What it is for."),
    body("owner", "Id or e-mail address.", "member"), body("custodian", "Id or e-mail address.", "member"),
    body("scope", "Slug of the scope it lies in."), body("classification", "Key of a level, such as internal."),
    body("confidentiality", "1 to 5.", "number"), body("integrity", "1 to 5.", "number"),
    body("availability", "1 to 5.", "number"), body("recovery_time", "Hours.", "number"),
    body("recovery_point", "Hours.", "number"), body("personal_data", "yes or no.", "yes"),
    body("unpatchable", "yes or no.", "yes"), body("vendor_managed", "yes or no.", "yes"),
    body("location", "Where it is."), body("tags", "With commas between.", "list"),
    body("review_due", "Such as 2027-11-30.", "day"),
)  # fmt: skip
FLOWS = tuple(body(name, "no: it does not flow.", "yes") for name in ("confidentiality", "integrity", "availability"))
NEEDED = argument("needed_id", "Id or reference of what it needs.")
ASSETS = (
    Verb("assets", "list", "GET", "assets/", "List the inventory.",
         (query("q", "Words."), query("kind", "Such as software."), query("state", "planned, in_use or retired."),
          query("classification", "Key of a level."), query("tag", "One tag."), flag("mine", "Only yours."),
          flag("review_late", "Only those past their review date.")),
         ("reference", "name", "kind", "owner", "classification", "state")),
    Verb("assets", "add", "POST", "assets/", "Add an asset.",
         (argument("name", "Name.", "body"), body("kind", "Such as information.", needed=True), *ASSET_FIELDS)),
    Verb("assets", "show", "GET", "assets/{asset_id}", "Show an asset.", (ASSET,)),
    Verb("assets", "change", "PATCH", "assets/{asset_id}", "Change an asset.",
         (ASSET, body("name", "Name."), body("kind", "Such as software."), *ASSET_FIELDS)),
    Verb("assets", "change-many", "POST", "assets/bulk", "Change several assets alike, all or none.",
         (body("ids", "Ids with commas between.", "list", needed=True),
          body("change", "JSON file with the fields.", "rows", needed=True))),
    Verb("assets", "review", "POST", "assets/{asset_id}/review", "Say that an entry is right.",
         (ASSET, body("next_review", "Day to look again.", "day"))),
    Verb("assets", "retire", "POST", "assets/{asset_id}/retire", "Take an asset out of use.",
         (ASSET, body("reason", "Why."))),
    Verb("assets", "restore", "POST", "assets/{asset_id}/restore", "Put a retired asset back in use.", (ASSET,)),
    Verb("assets", "links", "GET", "assets/{asset_id}/links", "Show what it needs and what needs it.", (ASSET,)),
    Verb("assets", "link", "POST", "assets/{asset_id}/needs", "Say that it needs another asset.",
         (ASSET, argument("needed", "Id or reference of what it needs.", "body"), *FLOWS)),
    Verb("assets", "unlink", "DELETE", "assets/{asset_id}/needs/{needed_id}", "Say that it does no more.",
         (ASSET, NEEDED)),
    Verb("assets", "import", "POST", "assets/import", "Bring in a sheet, all of it or nothing.",
         (FILE, query("sheet", "Name of the sheet."), flag("preview", "Only say what would change."))),
    Verb("assets", "import-sbom", "POST", "assets/sbom", "Bring in a bill of materials (CycloneDX JSON).",
         (FILE, query("owner", "Id or e-mail address.", "member"), query("scope", "Slug of the scope of new assets."),
          flag("preview", "Only say what would change."))),
    Verb("assets", "terms", "GET", "assets/inventory", "Show the classification scheme and the own fields."),
    Verb("assets", "change-terms", "PATCH", "assets/inventory", "Change the scheme or the own fields.",
         (body("classifications", "JSON file with the levels.", "rows"),
          body("fields", "JSON file with the fields.", "rows"))),
)  # fmt: skip
FORMAT = argument("format", "pdf, docx, xlsx or csv.")
AS_OF = query("as_of", "A day or a moment, such as 2026-10-31; now if left out.")
RISK = argument("risk_id", "Id or reference of the risk, such as RISK-12.")
METHOD = argument("number", "Number of the version; 0 is the draft.")
RISK_IDS = body("ids", "Ids with commas between.", "list", needed=True)
RISK_FIELDS = (
    body("nature", "threat or opportunity."), body("own_id", "Your own id."), body("cause", "Because of what."),
    body("event", "What may happen."), body("consequence", "So that what."), body("threat", "Threat."),
    body("vulnerability", "Vulnerability."), body("category", "Category."), body("sources", "Where it is known from."),
    body("owner", "Id or e-mail address.", "member"), body("knowledge", "weak, fair or strong."),
    body("review_due", "Such as 2027-11-30.", "day"), body("assets", "References with commas between.", "list"),
)  # fmt: skip
RISKS = (
    Verb("risks", "list", "GET", "risks/", "List the register, highest first.",
         (query("q", "Words."), query("state", "open, closed or all."), query("decision", "Such as mitigate."),
          query("category", "One category."), flag("mine", "Only yours."),
          flag("review_late", "Only those past their next reading."),
          flag("above_appetite", "Only those above the appetite."), SCOPE),
         ("reference", "title", "owner", "current", "decision")),
    Verb("risks", "add", "POST", "risks/", "Add a risk.", (argument("title", "Title.", "body"), *RISK_FIELDS, SCOPE)),
    Verb("risks", "show", "GET", "risks/{risk_id}", "Show a risk.", (RISK,)),
    Verb("risks", "change", "PATCH", "risks/{risk_id}", "Change a risk.",
         (RISK, body("title", "Title."), *RISK_FIELDS)),
    Verb("risks", "change-many", "POST", "risks/bulk", "Change several risks alike, all or none.",
         (RISK_IDS, body("change", "JSON file with the fields.", "rows", needed=True))),
    Verb("risks", "read", "POST", "risks/{risk_id}/readings", "Add a reading, in steps of the method.",
         (RISK, body("stage", "inherent, current or target."), body("likelihood", "From 1.", "number", needed=True),
          body("confidentiality", "From 1.", "number"), body("integrity", "From 1.", "number"),
          body("availability", "From 1.", "number"), body("impact", "From 1.", "number"), body("note", "Why."))),
    Verb("risks", "readings", "GET", "risks/{risk_id}/readings", "List what was read of a risk.", (RISK,),
         ("at", "stage", "likelihood", "impact", "score", "level", "by", "method")),
    Verb("risks", "decide", "POST", "risks/{risk_id}/decision", "Decide what is done about a risk.",
         (RISK, argument("decision", "mitigate, avoid, transfer or accept.", "body"),
          body("note", "Contract, activity or criterion."), body("existing", "Controls that work already.", "list"),
          body("treating", "Controls of the treatment, such as A.8.24.", "list"))),
    Verb("risks", "ask", "POST", "risks/ask", "Ask owners by task to read their risks anew.",
         (RISK_IDS, body("due", "Such as 2026-12-18.", "day"))),
    Verb("risks", "acceptance", "GET", "risks/{risk_id}/acceptance", "Show who signed, and what would be signed now.",
         (RISK,)),
    Verb("risks", "accept", "POST", "risks/{risk_id}/acceptance", "Sign for a risk as its owner, in your own name.",
         (RISK, body("seen", "`seen` of `risks acceptance`, whose figures you read.", needed=True), *SECRETS,
          body("valid_until", "Such as 2027-11-30.", "day"), body("note", "Why."))),
    Verb("risks", "withdraw", "POST", "risks/{risk_id}/acceptance/withdraw", "Take a signature back.",
         (RISK, body("reason", "Why.", needed=True))),
    Verb("risks", "ask-to-accept", "POST", "risks/acceptance/ask", "Ask whoever has not signed yet.", (RISK_IDS,)),
    Verb("risks", "import", "POST", "risks/import", "Bring in a sheet, all of it or nothing.",
         (FILE, query("sheet", "Name of the sheet."), flag("preview", "Only say what would change."), SCOPE)),
    Verb("risks", "export", "GET", "risks/report/{format}", "Write the register to a file.",
         (FORMAT, AS_OF, OUT, SCOPE)),
    Verb("risks", "duplicate", "POST", "risks/{risk_id}/copy", "Add a copy.", (RISK,)),
    Verb("risks", "close", "POST", "risks/{risk_id}/close", "Close a risk that cannot happen any more.",
         (RISK, body("reason", "Why.", needed=True))),
    Verb("risks", "reopen", "POST", "risks/{risk_id}/reopen", "Put a closed risk back.", (RISK,)),
    Verb("risks", "scenarios", "GET", "risks/scenarios", "List the library of scenarios.",
         (query("q", "Words."), query("profile", "Such as saas."), query("category", "One category.")),
         ("key", "title", "category", "harms", "controls")),
    Verb("risks", "take", "POST", "risks/scenarios/take", "Take scenarios into the register.",
         (argument("keys", "Keys with commas between.", "body", "list"),
          body("assets", "References with commas between.", "list"), body("owner", "Id or e-mail address.", "member"),
          SCOPE)),
    Verb("risks", "estimate", "POST", "risks/{risk_id}/estimate", "Say a risk's numbers, as ranges.",
         (RISK, body("frequency", "JSON file with a range: events a year.", "rows", needed=True),
          body("loss", "JSON file with a range: cost of one event.", "rows", needed=True),
          body("secondary", "JSON file with a range.", "rows"), body("prevented", "JSON file with a range.", "rows"),
          body("cheaper", "JSON file with a range.", "rows"), body("cost", "Of the treatment, a year.", "number"),
          body("note", "Where the figures come from."))),
    Verb("risks", "numbers", "GET", "risks/{risk_id}/estimate", "Show a risk's numbers.", (RISK,)),
    Verb("risks", "drop-estimate", "DELETE", "risks/{risk_id}/estimate", "Take a risk out of the numbers.", (RISK,)),
    Verb("risks", "simulate", "POST", "risks/simulations", "Simulate what a year may cost.",
         (body("trials", "Years.", "number"), body("seed", "For the same figures again.", "number"), SCOPE)),
    Verb("risks", "simulations", "GET", "risks/simulations", "List the simulations.", (SCOPE,),
         ("id", "state", "trials", "seed", "made")),
    Verb("risks", "simulation", "GET", "risks/simulations/{simulation_id}", "Show what a simulation found.",
         (argument("simulation_id", "Id of the simulation."),)),
    Verb("risks", "methods", "GET", "risks/methods", "List the versions of the method.", (),
         ("number", "rule", "combine", "appetite", "approved", "approved_by")),
    Verb("risks", "method", "GET", "risks/methods/{number}", "Show a version of the method.", (METHOD,)),
    Verb("risks", "start-method", "POST", "risks/methods", "Start the draft of the next version.",
         (body("template", "five or three; left out, the one in force."),)),
    Verb("risks", "change-method", "PATCH", "risks/methods/{number}", "Change the draft.",
         (METHOD, body("appetite", "Highest score that needs no treatment.", "number"),
          body("combine", "worst or mean."), body("rule", "product, sum or matrix."),
          body("likelihood", "JSON file with the steps.", "rows"), body("impact", "JSON file with the steps.", "rows"),
          body("matrix", "JSON file with the scores.", "rows"), body("levels", "JSON file with the levels.", "rows"),
          body("triggers", "When risks are read anew."), body("tolerance", "JSON file with the points.", "rows"))),
    Verb("risks", "drop-method", "DELETE", "risks/methods/{number}", "Throw the draft away.", (METHOD,)),
)  # fmt: skip
ACTION = argument("action_id", "Id or reference of the action, such as ACTION-3.")
ACTION_FIELDS = (
    body("note", "More about it."), body("owner", "Id or e-mail address.", "member"),
    body("controls", "Such as A.8.13,A.8.14.", "list"), body("resources", "Who and what it takes."),
    body("cost", "In the organisation's currency.", "number"), body("effort", "Days.", "number"),
    body("due", "Such as 2027-03-31.", "day"), body("state", "planned, in_progress, done or dropped."),
    body("state_note", "In a sentence."), body("links", "JSON file: a list of url and title.", "rows"),
)  # fmt: skip
PLAN = (
    Verb("plan", "list", "GET", "plan/actions", "List the actions.",
         (query("q", "Words."), query("state", "open, planned, in_progress, done or dropped."),
          flag("late", "Only late ones."), flag("mine", "Only yours."), SCOPE),
         ("reference", "title", "owner", "due", "state", "risks")),
    Verb("plan", "add", "POST", "plan/actions", "Add an action.",
         (argument("title", "What is to be done.", "body"),
          body("risks", "References with commas between.", "list", needed=True), *ACTION_FIELDS, SCOPE)),
    Verb("plan", "show", "GET", "plan/actions/{action_id}", "Show an action.", (ACTION,)),
    Verb("plan", "change", "PATCH", "plan/actions/{action_id}", "Change an action, or say how far it is.",
         (ACTION, body("title", "What is to be done."), body("risks", "References with commas between.", "list"),
          *ACTION_FIELDS)),
    Verb("plan", "change-many", "POST", "plan/actions/bulk", "Change several actions alike, all or none.",
         (body("ids", "Ids with commas between.", "list", needed=True),
          body("change", "JSON file with the fields.", "rows", needed=True))),
    Verb("plan", "export", "GET", "plan/report/{format}", "Write plan and signatures to a file.",
         (FORMAT, AS_OF, OUT, SCOPE)),
)  # fmt: skip
TASKS = (
    Verb("tasks", "list", "GET", "tasks/", "List the tasks you may see.",
         (query("q", "Words of the title."), query("state", "open, done or dropped."), flag("mine", "Only yours."),
          flag("late", "Only those past their due date.")), ("id", "title", "owner", "due", "state", "reference")),
    Verb("tasks", "add", "POST", "tasks/", "Add a task.", (argument("title", "What to do.", "body"), *TASK_FIELDS)),
    Verb("tasks", "show", "GET", "tasks/{task_id}", "Show a task.", (TASK,)),
    Verb("tasks", "change", "PATCH", "tasks/{task_id}", "Change a task; `--state done` finishes it, `open` reopens it.",
         (TASK, body("title", "What to do."), *TASK_FIELDS, body("state", "open or done."))),
)  # fmt: skip
PEOPLE = (
    Verb("people", "list", "GET", "members/", "List the members.",
         (query("q", "Words of name or address."), query("role", "Only one role.")),
         ("id", "name", "email", "role", "scope", "expires", "state")),
    Verb("people", "show", "GET", "members/{membership_id}", "Show a member.", (MEMBER,)),
    Verb("people", "change", "PATCH", "members/{membership_id}", "Give a member another role, scope or end date.",
         (MEMBER, body("role", "Such as contributor."), body("scope", "Slug of one scope; empty for all."),
          body("expires", "Last day; empty for none.", "day"))),
    Verb("people", "deactivate", "POST", "members/{membership_id}/deactivate", "End a member's access.", (MEMBER,)),
    Verb("people", "reactivate", "POST", "members/{membership_id}/reactivate", "Give access again.", (MEMBER,)),
    Verb("people", "invitations", "GET", "invitations/", "List the invitations that wait for an answer.", (),
         ("id", "email", "role", "scope", "expires")),
    Verb("people", "invite", "POST", "invitations/", "Invite somebody; a member does that, with their token.",
         (argument("email", "E-mail address.", "body"), body("role", "Such as contributor.", needed=True),
          body("scope", "Slug of one scope."), body("membership_expires", "Last day.", "day"))),
    Verb("people", "withdraw", "DELETE", "invitations/{invitation_id}", "Make an invitation's link worthless.",
         (argument("invitation_id", "Id of the invitation."),)),
)  # fmt: skip
DELEGATION = argument("delegation_id", "Id of the delegation.")
DELEGATIONS = (
    Verb("people", "stand-ins", "GET", "delegations/", "List who stands in for whom.", (),
         ("id", "absent", "stand_in", "kind", "starts_on", "ends_on", "state")),
    Verb("people", "delegate", "POST", "delegations/", "Let somebody stand in for you, or for a member who cannot.",
         (argument("stand_in", "Id or e-mail address.", "body", "member"),
          body("kind", "tasks or acceptance.", needed=True),
          body("starts_on", "Such as 2026-12-01.", "day", needed=True),
          body("ends_on", "Such as 2026-12-18.", "day", needed=True), body("absent", "Id or e-mail address.", "member"),
          body("scope", "Slug of one scope."), body("reason", "Why."))),
    Verb("people", "end-delegation", "POST", "delegations/{delegation_id}/end", "End it before its day.",
         (DELEGATION,)),
)  # fmt: skip
ORGANIZATION = (
    Verb("organization", "show", "GET", "organization", "Show the organisation."),
    Verb("organization", "change", "PATCH", "organization", "Change its settings.",
         (body("name", "Name."), body("legal_name", "Legal name."), body("time_zone", "Such as Europe/Lisbon."),
          body("currency", "Such as EUR."), body("language", "Such as en."))),
)  # fmt: skip
SCOPES = (
    Verb("scopes", "list", "GET", "scopes/", "List the scopes.", (), ("slug", "name", "headcount", "is_default")),
    Verb("scopes", "add", "POST", "scopes/", "Add a scope.",
         (argument("name", "Name.", "body"), body("statement", "Scope statement."))),
    Verb("scopes", "show", "GET", "scopes/{slug}", "Show a scope.", (argument("slug", "Slug of the scope."),)),
    Verb("scopes", "change", "PATCH", "scopes/{slug}", "Describe a scope.",
         (argument("slug", "Slug of the scope."), body("name", "Name."), body("statement", "Scope statement."),
          body("sites", "Sites, one a line."), body("headcount", "People.", "number"),
          body("boundaries", "Boundaries."), body("interfaces", "Interfaces and dependencies."))),
    Verb("scopes", "profile", "POST", "scopes/{slug}/profile", "Load an industry profile.",
         (argument("slug", "Slug of the scope."), body("profile", "Such as saas.", needed=True),
          body("size", "Such as medium.", needed=True), body("protects", "With commas between.", "list"))),
)  # fmt: skip
CONTEXT = tuple(
    verb
    for kind, noun, fields, columns in (
        ("issues", "issue", (body("side", "internal or external."), body("text", "The issue.")), ("side", "text")),
        ("parties", "party", (body("name", "Name."), body("needs", "What they need."),
                              body("addressed", "yes or no.", "yes")), ("name", "needs", "addressed")),
        ("obligations", "obligation", (body("title", "Title."), body("kind", "legal, regulatory or contract."),
                                       body("why", "Why."), body("controls", "With commas between.", "list")),
         ("title", "kind", "controls")),
    )
    for verb in (
        Verb("context", kind, "GET", f"context/{kind}/", f"List the {kind}.", (SCOPE,), ("id", *columns)),
        Verb("context", f"add-{noun}", "POST", f"context/{kind}/", "Add one.", (SCOPE, *fields)),
        Verb("context", f"change-{noun}", "PATCH", f"context/{kind}/{{key}}", "Change one.",
             (argument("key", "Id of the row."), *fields)),
        Verb("context", f"remove-{noun}", "DELETE", f"context/{kind}/{{key}}", "Remove one.",
             (argument("key", "Id of the row."),)),
    )
)  # fmt: skip
CONTROLS = (
    Verb("controls", "list", "GET", "controls/", "List controls.",
         (query("q", "Words of id and title."), query("framework", "Slug."), query("theme", "Such as people."),
          query("change", "new, merged or updated."), query("control_type", "Such as Preventive."),
          flag("retired", "Only retired ones."), SCOPE), ("framework", "ref", "title", "theme", "change")),
    Verb("controls", "add", "POST", "controls/", "Add a control of your own.",
         (argument("ref", "Short and unique, such as OWN-1.", "body"), body("title", "Title.", needed=True),
          body("theme", "Theme."), body("summary", "What it asks for."), *ATTRIBUTES)),
    Verb("controls", "change", "PATCH", "controls/{ref}", "Change an own control.",
         (REF, body("title", "Title."), body("theme", "Theme."), body("summary", "What it asks for."), *ATTRIBUTES)),
    Verb("controls", "retire", "POST", "controls/{ref}/retire", "Take an own control out of new statements.", (REF,)),
    Verb("controls", "restore", "POST", "controls/{ref}/restore", "Bring a retired control back.", (REF,)),
)  # fmt: skip
GAP = (
    Verb("gap", "list", "GET", "gap/assessments/", "List the assessments of a scope.", (SCOPE,),
         ("number", "title", "framework", "is_open", "changed")),
    Verb("gap", "ratings", "GET", "gap/assessments/{number}/ratings", "List what an assessment says.",
         (NUMBER, query("q", "Words of id, title, action or owner."), query("part", "requirement or control."),
          query("conformity", "Such as partial."), query("clause", "4 to 10."), query("theme", "Such as people."),
          flag("new", "Only new in 2022."), SCOPE),
         ("ref", "title", "conformity", "maturity", "action", "owner", "due")),
    Verb("gap", "rate", "PATCH", "gap/ratings/{rating_id}", "Rate a requirement; plan what to do.",
         (RATING, *RATED, SCOPE)),
    Verb("gap", "rate-many", "POST", "gap/assessments/{number}/ratings/bulk", "Rate many, all or none.",
         (NUMBER, CHANGES, SCOPE)),
    Verb("gap", "evidence", "GET", "gap/ratings/{rating_id}/evidence", "List the evidence of a row.", (RATING, SCOPE),
         ("id", "title", "dated", "url", "size")),
    Verb("gap", "link", "POST", "gap/ratings/{rating_id}/evidence", "Attach a link.",
         (RATING, argument("url", "Address.", "body"), body("title", "Title."), body("dated", "Day.", "day"), SCOPE)),
    Verb("gap", "attach", "POST", "gap/ratings/{rating_id}/evidence/file", "Attach a file.",
         (RATING, FILE, body("title", "Title."), SCOPE)),
    Verb("gap", "detach", "DELETE", "gap/ratings/{rating_id}/evidence/{evidence_id}", "Detach evidence.",
         (RATING, argument("evidence_id", "Id of the evidence."), SCOPE)),
    Verb("gap", "documents", "GET", "gap/assessments/{number}/documents", "List the mandatory documents.",
         (NUMBER, SCOPE), ("key", "title", "requirement", "state", "url")),
    Verb("gap", "document", "PATCH", "gap/assessments/{number}/documents/{key}", "Say whether a document exists.",
         (NUMBER, argument("key", "Its key."), body("state", "missing, draft or present."), body("url", "Where."),
          SCOPE)),
    Verb("gap", "plan", "GET", "gap/assessments/{number}/plan", "Show the action plan.", (NUMBER, SCOPE),
         ("ref", "action", "owner", "due", "points", "task")),
    Verb("gap", "readiness", "GET", "gap/assessments/{number}/readiness", "Show the readiness.", (NUMBER, SCOPE),
         ("part", "percent", "met", "partly", "unmet", "unassessed", "total")),
    Verb("gap", "rename", "PATCH", "gap/assessments/{number}", "Give an assessment another title.",
         (NUMBER, argument("title", "Title.", "body"), SCOPE)),
    Verb("gap", "close", "POST", "gap/assessments/{number}/close", "Close an assessment.", (NUMBER, SCOPE)),
    Verb("gap", "download", "GET", "gap/assessments/{number}/report/{format}", "Write the report to a file.",
         (NUMBER, argument("format", "pdf, docx, xlsx or csv."), OUT, SCOPE)),
)  # fmt: skip
SOA = (
    Verb("soa", "list", "GET", "soa/statements/", "List drafts and versions.", (SCOPE,),
         ("number", "state", "changed", "approved", "approved_by")),
    Verb("soa", "rows", "GET", "soa/statements/{number}/rows", "List what a statement says.",
         (NUMBER, query("q", "Words."), query("theme", "Such as people."), query("applicable", "yes, no or undecided."),
          query("status", "Such as planned."), flag("new", "Only new in 2022."), flag("mine", "Only yours."),
          flag("contradicted", "Only what does not add up."), SCOPE),
         ("ref", "title", "applicable", "reasons", "status", "owner")),
    Verb("soa", "decide", "PATCH", "soa/rows/{row_id}", "Decide a control of the draft.", (ROW, *DECIDED, SCOPE)),
    Verb("soa", "decide-many", "POST", "soa/statements/{number}/rows/bulk", "Decide many, all or none.",
         (NUMBER, CHANGES, SCOPE)),
    Verb("soa", "leave-out", "POST", "soa/rows/{row_id}/exclusion", "Leave a control out as the profile proposed.",
         (ROW, body("justification", "In your own words.", needed=True), SCOPE)),
    Verb("soa", "confirm", "POST", "soa/rows/{row_id}/confirm", "Keep what came from the 2013 edition.", (ROW, SCOPE)),
    Verb("soa", "link", "POST", "soa/rows/{row_id}/links", "Link a control to a page.",
         (ROW, argument("url", "Address.", "body"), body("title", "Title."), SCOPE)),
    Verb("soa", "unlink", "DELETE", "soa/rows/{row_id}/links", "Take a link away.",
         (ROW, argument("url", "Address.", "query"), SCOPE)),
    Verb("soa", "problems", "GET", "soa/statements/{number}/problems", "List what does not add up.", (NUMBER, SCOPE),
         ("ref", "sentence", "stops")),
    Verb("soa", "add-own", "POST", "soa/statements/{number}/own-controls", "Bring later own controls into the draft.",
         (NUMBER, SCOPE)),
    Verb("soa", "submit", "POST", "soa/statements/{number}/submit", "Ask for review.", (NUMBER, SCOPE)),
    Verb("soa", "return", "POST", "soa/statements/{number}/return", "Take a statement back to draft.",
         (NUMBER, body("submitted_hash", "That of the statement you read.", needed=True), body("note", "Why."), SCOPE)),
    Verb("soa", "compare", "GET", "soa/statements/{number}/compare", "List what differs since another version.",
         (NUMBER, query("since", "Number of the earlier one.", "number"), SCOPE), ("ref", "title", "kind")),
    Verb("soa", "download", "GET", "soa/statements/{number}/report/{format}", "Write a statement to a file.",
         (NUMBER, argument("format", "pdf, docx, xlsx or csv."), OUT, SCOPE)),
)  # fmt: skip
INBOX = (
    Verb("inbox", "list", "GET", "inbox/", "List what you have been told.", (flag("unread", "Only what is not read."),),
         ("id", "sentence", "detail", "created", "read")),
    Verb("inbox", "read", "POST", "inbox/read", "Mark notices as read, all of them when none is named.",
         (body("ids", "Ids with commas between.", "list"),)),
    Verb("inbox", "choose", "POST", "inbox/choice", "Choose how you want to be told.",
         (body("mail_at_once", "Kinds with commas between.", "list", needed=True),
          body("in_digest", "Kinds with commas between.", "list", needed=True),
          body("digest_hour", "0 to 23.", "number"),
          body("quiet_from", "Such as 20:00."), body("quiet_to", "Such as 07:00."))),
)  # fmt: skip
ACTIVITY = (
    Verb("activity", "list", "GET", "activity/", "List the trail, newest first.",
         (query("actor", "Id of a person."), query("command", "Such as treatment.decide_control.")),
         ("seq", "at", "actor", "command", "subject_type")),
)  # fmt: skip
HOOK = argument("webhook_id", "Id of the webhook.")
HOOK_EVENTS = body("events", "Names, part.* or *, with commas between.", "list")
WEBHOOKS = (
    Verb("webhooks", "list", "GET", "webhooks/", "List the webhooks.", (), ("id", "url", "events", "state")),
    Verb("webhooks", "events", "GET", "webhooks/events", "List the names of events."),
    Verb("webhooks", "add", "POST", "webhooks/", "Have an address told; prints the secret once.",
         (argument("url", "Address.", "body"), body("events", "With commas between.", "list", needed=True),
          body("description", "What it is for."))),
    Verb("webhooks", "show", "GET", "webhooks/{webhook_id}", "Show a webhook.", (HOOK,)),
    Verb("webhooks", "change", "PATCH", "webhooks/{webhook_id}", "Change a webhook.",
         (HOOK, body("url", "Address."), HOOK_EVENTS, body("description", "What it is for."))),
    Verb("webhooks", "pause", "POST", "webhooks/{webhook_id}/pause", "Send nothing for a while.", (HOOK,)),
    Verb("webhooks", "resume", "POST", "webhooks/{webhook_id}/resume", "Send again.",
         (HOOK, body("skip", "yes: only what happens from now on.", "yes"))),
    Verb("webhooks", "secret", "POST", "webhooks/{webhook_id}/secret", "Make a new secret; prints it once.", (HOOK,)),
    Verb("webhooks", "test", "POST", "webhooks/{webhook_id}/test", "Send a test event.", (HOOK,)),
    Verb("webhooks", "deliveries", "GET", "webhooks/{webhook_id}/deliveries", "List what was or will be sent.",
         (HOOK, query("state", "waiting, delivered or dead.")), ("id", "event", "state", "created", "ended")),
    Verb("webhooks", "again", "POST", "webhooks/{webhook_id}/again", "Send again what was given up.",
         (HOOK, body("ids", "Only these, with commas between.", "list"), body("since", "Such as 2026-11-01T00:00Z."))),
    Verb("webhooks", "remove", "DELETE", "webhooks/{webhook_id}", "Tell an address no more.", (HOOK,)),
)  # fmt: skip
EXPORT = argument("export_id", "Id of the export.")
EXPORTS = (
    Verb("exports", "list", "GET", "exports/", "List the exports.", (), ("id", "state", "percent", "asked", "expires")),
    Verb("exports", "make", "POST", "exports/", "Have everything written to one file by a job."),
    Verb("exports", "show", "GET", "exports/{export_id}", "Show how far an export is.", (EXPORT,)),
    Verb("exports", "download", "GET", "exports/{export_id}/file", "Write an export to a file.", (EXPORT, OUT)),
    Verb("exports", "remove", "DELETE", "exports/{export_id}/file", "Delete an export's file, or stop it.", (EXPORT,)),
)  # fmt: skip
VERBS = (
    *ASSETS,
    *RISKS,
    *PLAN,
    *TASKS,
    *PEOPLE,
    *DELEGATIONS,
    *ORGANIZATION,
    *SCOPES,
    *CONTEXT,
    *CONTROLS,
    *GAP,
    *SOA,
    *INBOX,
    *ACTIVITY,
    *WEBHOOKS,
    *EXPORTS,
)

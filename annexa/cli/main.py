"""The `annexa` command and its verb groups."""

import typer

from annexa.cli import accounts, catalog, declared, export, gap, history, login, owner, soa, sso, token, verbs, verify
from annexa.cli.demo import command as demo

application = typer.Typer(
    name="annexa",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Run an ISO/IEC 27001 information security management system.",
)
application.command(name="createadmin")(accounts.createadmin)
application.command(name="demo")(demo.demo)
application.command(name="verify")(verify.verify)
application.command(name="checkpoint")(verify.checkpoint)
application.command(name="login")(login.login)
application.command(name="logout")(login.logout)
groups = {
    "catalog": catalog.application,
    "gap": gap.application,
    "history": history.application,
    "owner": owner.application,
    "soa": soa.application,
    "sso": sso.application,
    "token": token.application,
}
groups |= {name: typer.Typer(no_args_is_help=True, help=help) for name, help in declared.GROUPS.items()}
for verb in declared.VERBS:
    groups[verb.group].command(name=verb.name)(verbs.command(verb))
groups["organization"].command(name="export")(export.export)
for name, group in sorted(groups.items()):
    application.add_typer(group, name=name)

"""The `annexa` command and its verb groups."""

import typer

from annexa.cli import accounts, catalog, gap, history, soa, token, verify
from annexa.cli.demo import command as demo

application = typer.Typer(
    name="annexa",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Run an ISO/IEC 27001 information security management system.",
)
application.command(name="createadmin")(accounts.createadmin)
application.command(name="demo")(demo.demo)
application.command(name="verify")(verify.verify)
application.command(name="checkpoint")(verify.checkpoint)
application.add_typer(catalog.application, name="catalog")
application.add_typer(gap.application, name="gap")
application.add_typer(history.application, name="history")
application.add_typer(soa.application, name="soa")
application.add_typer(token.application, name="token")

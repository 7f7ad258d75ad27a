import typer

application = typer.Typer()
def verify() -> None:
    """Verify."""

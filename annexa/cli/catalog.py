import typer

application = typer.Typer()

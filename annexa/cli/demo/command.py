"""The sample organisation from the command line."""

import typer

from annexa.cli.demo import links as demo_links
from annexa.cli.demo import story
from annexa.cli.runtime import console, stop, verb


@verb
def demo(links: bool = typer.Option(False, "--links", help="Only print fresh sign-in links.")) -> None:
    """Make the sample organisation Harbour Cloud, once, and print links that sign in as three of its people."""
    if links and not story.exists():
        stop("There is no sample organisation yet; run `annexa demo` or `make demo`.")
    story.build()
    for line in demo_links.lines():
        console.print(line, soft_wrap=True, highlight=False)

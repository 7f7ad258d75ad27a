"""Sign in to a server from the command line, and out again."""

import ipaddress
import json
import os
import sys
from urllib.parse import urlsplit

import typer

from annexa.cli import profiles
from annexa.cli.client import Remote, Request
from annexa.cli.profiles import USUAL, Profile
from annexa.cli.runtime import console, told
from annexa.lib.errors import UserError

PROFILE = typer.Option(USUAL, "--profile", help="Name of the server, when there are several.")


@told
def login(
    url: str = typer.Argument(..., help="Address of the server, such as https://annexa.example.com."),
    token_stdin: bool = typer.Option(False, "--token-stdin", help="Read the token from standard input."),
    profile: str = PROFILE,
    as_json: bool = typer.Option(False, "--json", help="Print who you are as JSON."),
) -> None:
    """Sign in to a server with a token, which is asked for, or taken from ANNEXA_TOKEN or standard input."""
    _check(url)
    given = sys.stdin.readline().strip() if token_stdin else os.environ.get("ANNEXA_TOKEN", "")
    token = given or typer.prompt("Token", hide_input=True)
    me = json.loads(Remote(url, token).ask(Request("GET", "me", {})))
    profiles.keep(profile, Profile(url.rstrip("/"), token))
    if as_json:
        console.print_json(json.dumps(me))
        return
    may = ", ".join(me["permissions"])
    console.print(f"You are {me['name']} in {me['organization']['name']} and may: {may}.", highlight=False)


@told
def logout(profile: str = PROFILE) -> None:
    """Forget the token of a server; it stays valid until it is revoked or expires."""
    console.print(f"The token for {profiles.forget(profile).url} is forgotten here.", soft_wrap=True, highlight=False)


def _check(url: str) -> None:
    """Raise UserError for an address to which a token must not go."""
    address = urlsplit(url)
    host = address.hostname or ""
    try:
        is_here = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_here = False
    if address.scheme == "https" and host:
        return
    if not (address.scheme == "http" and is_here):
        raise UserError("Give an address that begins with https://, or the token could be read on its way.")

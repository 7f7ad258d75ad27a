"""What the processes of an installation hold."""

import psutil

from tests.browser import servers


def memory(server: servers.Server) -> float:
    """Return the megabytes (PSS, so that what is shared counts once) of the supervisor and everything below it."""
    top = psutil.Process(server.process.pid)
    return sum(process.memory_full_info().pss for process in [top, *top.children(recursive=True)]) / 1e6

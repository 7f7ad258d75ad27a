"""Files pass ClamAV before they are kept, by a real socket that speaks its protocol."""

import dataclasses
import socket
import struct
import threading

import pytest

from annexa.lib import files, virus
from annexa.lib.errors import UserError
from annexa.lib.ids import new_id

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd:
    """Reads streams as clamd does and finds the test file."""

    def __init__(self, listener):
        self.listener, self.seen, self.says = listener, [], None
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                connection, _address = self.listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                command = b"".join(iter(lambda: stream.read(1), b"\0"))
                connection.sendall(self.answer(command, stream) + b"\0")

    def answer(self, command, stream):
        if command == b"zPING":
            return b"PONG"
        content = b""
        while size := struct.unpack(">I", stream.read(4))[0]:
            content += stream.read(size)
        self.seen.append(content)
        return self.says or (b"stream: Eicar-Test-Signature FOUND" if EICAR in content else b"stream: OK")


@pytest.fixture(params=["unix", "tcp"])
def clamd(request, settings, tmp_path):
    if request.param == "unix":
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(tmp_path / "clamd.ctl"))
        where = f"unix:{tmp_path / 'clamd.ctl'}"
    else:
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        where = f"tcp:127.0.0.1:{listener.getsockname()[1]}"
    listener.listen()
    settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, clamav=where)
    settings.FILES = tmp_path / "files"
    yield Clamd(listener)
    listener.close()


def test_what_is_clean_is_kept_and_was_looked_at_whole(clamd):
    content = [b"a" * 100_000, b"b" * 100_000]
    stored = files.save(new_id(), content)
    assert stored.size == 200_000
    assert clamd.seen == [b"".join(content)]
    assert virus.answers(files.settings.ENVIRONMENT.clamav)


def test_what_is_infected_is_named_and_not_kept(clamd, settings):
    organization = new_id()
    with pytest.raises(virus.Infected, match="Eicar-Test-Signature"):
        files.save(organization, [b"before", EICAR])
    assert not [path for path in settings.FILES.rglob("*") if path.is_file()]


def test_what_cannot_be_read_is_not_kept(clamd):
    clamd.says = b"INSTREAM size limit exceeded. ERROR"
    with pytest.raises(UserError, match="could not read"):
        files.save(new_id(), [b"x"])


def test_a_scanner_that_does_not_answer_lets_nothing_through(settings, tmp_path):
    where = f"unix:{tmp_path / 'nobody.ctl'}"
    settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, clamav=where)
    settings.FILES = tmp_path / "files"
    with pytest.raises(UserError, match="does not answer"):
        files.save(new_id(), [b"x"])
    assert not virus.answers(where)

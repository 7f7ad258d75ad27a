"""A bundle comes back as it was written, or is refused with the member's name."""

import io
import re
import shutil
import subprocess
import tarfile

import pytest

from annexa.lib import bundle
from annexa.lib.bundle import Damaged

ALLOWED = re.compile(r"[a-z]+/[a-z0-9]+")
FILES = {"files/one": b"one" * 700_000, "files/empty": b"", "files/two": b"2"}


def _bundle(files=FILES):
    sink = io.BytesIO()
    writer = bundle.Writer(sink)
    for name, content in files.items():
        writer.add_bytes(name, content)
    writer.finish()
    return sink.getvalue()


def _read(data):
    return {m.name: b"".join(m.pieces()) for m in bundle.members(io.BytesIO(data), ALLOWED)}


def _tar(*entries, end=True):
    """A tar file as a stranger would make it."""
    sink = io.BytesIO()
    for name, kind, link in entries:
        head = tarfile.TarInfo(name)
        head.type, head.linkname = kind, link
        sink.write(head.tobuf(tarfile.USTAR_FORMAT))
    return sink.getvalue() + (bytes(1024) if end else b"")


def test_everything_comes_back():
    assert _read(_bundle()) == FILES


def test_members_need_not_be_read():
    assert [m.name for m in bundle.members(io.BytesIO(_bundle()), ALLOWED)] == list(FILES)


def test_ordinary_tools_read_and_check_it(tmp_path):
    (tmp_path / "b.tar").write_bytes(_bundle())
    subprocess.run([shutil.which("tar"), "xf", "b.tar"], cwd=tmp_path, check=True)
    subprocess.run(["sha256sum", "--check", "--quiet", "manifest.sha256"], cwd=tmp_path, check=True)
    assert (tmp_path / "files" / "two").read_bytes() == b"2"


@pytest.mark.parametrize("name", ["../etc", "/etc/passwd", "files/../../x", "files/a b", "files/one\n", "C:\\x"])
def test_a_name_that_leads_elsewhere_is_refused(name):
    with pytest.raises(Damaged, match="is no name that belongs in a backup"):
        _read(_bundle({name: b"x"}))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_links_folders_and_devices_are_refused(kind):
    with pytest.raises(Damaged, match="'files/one' is not a plain file"):
        _read(_tar(("files/one", kind, "/etc/passwd")))


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_SPARSE])
def test_extended_headers_are_refused(kind):
    with pytest.raises(Damaged, match="not a plain file"):
        _read(_tar(("files/one", kind, "")))


def test_a_changed_byte_is_named():
    data = bytearray(_bundle())
    data[data.index(b"one" * 10) + 5] ^= 1
    with pytest.raises(Damaged, match="files/one does not match its checksum"):
        _read(bytes(data))


def test_a_changed_header_is_noticed():
    data = bytearray(_bundle())
    data[110] ^= 1
    with pytest.raises(Damaged, match="header is damaged"):
        _read(bytes(data))


def test_every_way_to_cut_it_off_is_noticed():
    data = _bundle({"files/one": b"abc" * 300, "files/two": b"x"})
    for length in range(0, len(data), 101):
        with pytest.raises(Damaged):
            _read(data[:length])


def test_a_missing_member_is_noticed():
    whole, part = _bundle({"files/one": b"1", "files/two": b"2"}), _bundle({"files/one": b"1"})
    with pytest.raises(Damaged, match="lists 2 files; there are 1"):
        _read(part[:1024] + whole[2048:])


def test_a_member_without_a_line_in_the_list_is_noticed():
    whole, part = _bundle({"files/one": b"1", "files/two": b"2"}), _bundle({"files/one": b"1"})
    with pytest.raises(Damaged, match="lists 1 files; there are 2"):
        _read(whole[:2048] + part[1024:])


def test_a_member_that_is_there_twice_is_noticed():
    data = _bundle({"files/one": b"1"})
    with pytest.raises(Damaged, match="there twice"):
        _read(data[:1024] + data)


def test_bytes_after_the_end_are_noticed():
    with pytest.raises(Damaged, match="goes on after its end"):
        _read(_bundle() + b"more")


def test_no_list_at_all_is_noticed():
    with pytest.raises(Damaged, match="cut off, or it is no backup"):
        _read(bytes(1024))


def test_a_file_that_grows_while_it_is_copied_is_copied_as_it_was(tmp_path):
    path = tmp_path / "grows"
    path.write_bytes(b"a" * 10)
    sink = io.BytesIO()
    with path.open("ab") as file:
        writer = bundle.Writer(sink)
        pieces = bundle._first(path.open("rb"), 10)
        file.write(b"b")
        file.flush()
        writer.add("files/grows", 10, pieces)
    writer.finish()
    assert _read(sink.getvalue()) == {"files/grows": b"a" * 10}


def test_a_file_that_shrinks_while_it_is_copied_stops_the_copy():
    with pytest.raises(Damaged, match="changed its size"):
        bundle.Writer(io.BytesIO()).add("files/one", 10, [b"short"])

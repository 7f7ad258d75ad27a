"""What is sealed opens with its passphrase and in no other way."""

import io

import pytest

from annexa.lib import sealed
from annexa.lib.sealed import HEADER, MAGIC, PIECE, TAG, Unreadable

CHEAP = 4  # the real cost of the key would only make the tests slow


def _seal(content, passphrase="correct horse"):
    sink = io.BytesIO()
    writer = sealed.Writer(sink, passphrase, cost=CHEAP)
    for start in range(0, len(content), 50_000):
        writer.write(content[start : start + 50_000])
    writer.finish()
    return sink.getvalue()


def _open(data, passphrase="correct horse"):
    reader = sealed.Reader(io.BytesIO(data), passphrase)
    return b"".join(iter(lambda: reader.read(10_000), b""))


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 200_001])
def test_every_length_comes_back(size):
    content = bytes(range(256)) * (size // 256 + 1)
    assert _open(_seal(content[:size])) == content[:size]


def test_nothing_readable_is_left_in_it():
    assert b"secret" not in _seal(b"secret" * 1000)


def test_the_same_content_is_never_sealed_the_same_way():
    assert _seal(b"same") != _seal(b"same")


def test_a_wrong_passphrase_is_refused():
    with pytest.raises(Unreadable, match="passphrase is wrong"):
        _open(_seal(b"content"), "wrong horse")


@pytest.mark.parametrize("place", [20, 35, HEADER + 5, HEADER + PIECE + TAG + 5, -1])
def test_a_changed_byte_is_noticed_wherever_it_is(place):
    data = bytearray(_seal(b"x" * 3 * PIECE))
    data[place] ^= 1
    with pytest.raises(Unreadable, match=r"damaged|wrong"):
        _open(bytes(data))


@pytest.mark.parametrize("pieces", [1, 2])
def test_a_cut_between_two_pieces_is_noticed(pieces):
    data = _seal(b"x" * 3 * PIECE)
    with pytest.raises(Unreadable):
        _open(data[: HEADER + pieces * (PIECE + TAG)])


def test_pieces_cannot_change_places():
    data, one = _seal(b"x" * 3 * PIECE), PIECE + TAG
    body = data[HEADER:]
    with pytest.raises(Unreadable):
        _open(data[:HEADER] + body[one : 2 * one] + body[:one] + body[2 * one :])


def test_a_piece_cannot_be_appended():
    data = _seal(b"x" * PIECE)
    with pytest.raises(Unreadable):
        _open(data + data[HEADER:])


def test_a_file_that_asks_for_endless_work_is_refused():
    data = bytearray(_seal(b"x"))
    data[len(MAGIC)] = 40
    with pytest.raises(Unreadable, match="more memory than any that Annexa writes"):
        _open(bytes(data))


def test_only_a_sealed_file_asks_for_the_passphrase(tmp_path):
    asked = []
    plain, secret = tmp_path / "plain", tmp_path / "secret"
    plain.write_bytes(b"plain")
    secret.write_bytes(_seal(b"sealed"))
    for path, content in ((plain, b"plain"), (secret, b"sealed")):
        with sealed.opened(path, lambda: asked.append(1) or "correct horse") as stream:
            assert stream.read(10) == content
    assert asked == [1]

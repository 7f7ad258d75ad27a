"""A redline can be read: phrases, not riddles."""

import pytest

from annexa.web.soa import redline


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("Keys are kept safe.", "Keys are kept very safe.", "Keys are kept<ins> very</ins> safe."),
        ("Keys are kept very safe.", "Keys are kept safe.", "Keys are kept<del> very</del> safe."),
        ("Keys stay in the vault.", "Keys stay in the safe.", "Keys stay in the<del> vault.</del><ins> safe.</ins>"),
        ("", "All new.", "<del>nothing</del> <ins>All new.</ins>"),
        ("One thing.", "Quite another.", "<del>One thing.</del> <ins>Quite another.</ins>"),
        ("a <b> c d e", "a <b> c d f", "a &lt;b&gt; c d<del> e</del><ins> f</ins>"),
    ],
)
def test_words_are_struck_out_and_written_anew(before, after, shown):
    assert redline.words(before, after) == shown


def test_very_long_texts_are_replaced_whole():
    long = "word " * 5_000
    assert redline.words(long, long + "more").startswith("<del>word")

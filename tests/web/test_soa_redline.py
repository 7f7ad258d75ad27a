"""A redline can be read: phrases, not riddles; and no text is long enough to stop the server."""

import html
import random
import re

import pytest
from rapidfuzz.distance import Indel

from annexa.treatment.queries.statements import Change
from annexa.web.soa import redline

LONGEST = 20_000  # characters of a justification


def words(before, after):
    return redline.words(before, after, redline.Budget())


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("Keys are kept safe.", "Keys are kept very safe.", "Keys are kept<ins> very</ins> safe."),
        ("Keys are kept very safe.", "Keys are kept safe.", "Keys are kept<del> very</del> safe."),
        ("Keys stay in the vault.", "Keys stay in the safe.", "Keys stay in the<del> vault.</del><ins> safe.</ins>"),
        ("", "All new.", "<del>nothing</del> <ins>All new.</ins>"),
        ("All gone.", "", "<del>All gone.</del> <ins>nothing</ins>"),
        ("One thing.", "Quite another.", "<del>One thing.</del> <ins>Quite another.</ins>"),
        ("a <b> c d e", "a <b> c d f", "a &lt;b&gt; c d<del> e</del><ins> f</ins>"),
    ],
)
def test_words_are_struck_out_and_written_anew(before, after, shown):
    assert words(before, after) == shown


def test_a_stray_word_in_a_rewritten_phrase_goes_down_with_it():
    before = "The vault is opened by two people who both know half of the code, every working day at nine."
    after = "The vault is opened by a machine which asks both of them for a token, every working day at nine."
    shown = words(before, after)
    assert shown.count("<del>") == 1
    assert shown.endswith("every working day at nine.")


@pytest.mark.parametrize("seed", range(20))
def test_kept_and_removed_words_make_the_old_text_and_kept_and_added_words_the_new(seed):
    chance = random.Random(seed)  # noqa: S311
    before = [chance.choice(["a", "bb", "<c>", "d&d", "e\n\nf", "gg."]) for _ in range(chance.randrange(1, 300))]
    after = [word for word in before if chance.random() > 0.1 * (seed % 5)]
    after = [f"{word} new" if chance.random() < 0.1 else word for word in after] or ["x"]
    shown = words(" ".join(before), " ".join(after))
    joined = shown.replace("</del> <ins>", "</del><ins>")
    assert html.unescape(re.sub(r"<ins>.*?</ins>|</?del>", "", joined, flags=re.S)) == " ".join(before)
    assert html.unescape(re.sub(r"<del>.*?</del>|</?ins>", "", joined, flags=re.S)) == " ".join(after)


class TestLongTexts:
    @pytest.fixture
    def compared(self, monkeypatch):
        """Pairs of words that were handed to the comparison."""
        pairs = []
        real = Indel.opcodes
        monkeypatch.setattr(
            redline.Indel, "opcodes", lambda old, new: pairs.append(len(old) * len(new)) or real(old, new)
        )
        return pairs

    def changes(self, controls, before, after):
        fields = [(name, before, after) for name in redline.PROSE]
        return [Change(f"A.{number}", "Title", "changed", fields) for number in range(controls)]

    def test_every_text_of_a_statement_at_its_longest_is_still_compared_word_by_word(self, compared):
        before = ("policy " * LONGEST)[:LONGEST]
        after = ("policy " * 2_000 + "rules " * LONGEST)[:LONGEST]
        shown = redline.of_changes(self.changes(93, before, after))
        assert len(compared) == 93 * 2
        assert not any("Too much" in text for each in shown for _name, text in each.fields)

    def test_no_page_compares_more_words_than_its_budget(self, compared):
        shown = redline.of_changes(self.changes(60, "a " * (LONGEST // 2), "b " * (LONGEST // 2)))
        assert 0 < sum(compared) <= redline.Budget().left
        assert "Too much was written anew" in shown[-1].fields[-1][1]
        assert "Too much" not in shown[0].fields[0][1]

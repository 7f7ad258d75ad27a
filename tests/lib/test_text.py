"""Small things about words."""

import pytest

from annexa.lib.text import one_line


@pytest.mark.parametrize("text", ["One line", " One\nline ", "One \r\n\t line", "One\u2028line"])
def test_a_name_is_on_one_line(text):
    assert one_line(text) == "One line"

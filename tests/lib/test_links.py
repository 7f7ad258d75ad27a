import pytest

from annexa.lib import links
from annexa.lib.errors import UserError


@pytest.mark.parametrize("text", ["https://wiki.example/p?a=1#b", " http://intranet:8080 ", "HTTPS://EXAMPLE.ORG/ä"])
def test_a_web_address_is_kept_without_blanks_around_it(text):
    assert links.web_address(text) == text.strip()


@pytest.mark.parametrize(
    "text",
    ["", "javascript:alert(1)", "java\nscript:x", "https://", "//example.org", "wiki", "https://a b", "http://[::1",
     "data:text/html,x", "file:///etc/passwd", "https://example.org/\x00", f"https://{'a' * 1000}"],
)  # fmt: skip
def test_anything_else_is_refused_at_its_field(text):
    with pytest.raises(UserError, match="begins with https") as refused:
        links.web_address(text)
    assert list(refused.value.fields) == ["url"]

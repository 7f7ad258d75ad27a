"""The browser itself refuses to make a script from text, and pages work all the same."""

import pytest

pytestmark = pytest.mark.slow
TRY = """(sink) => {
  const script = document.createElement('script');
  const made = { text: () => { script.text = '1' }, address: () => { script.src = '/x.js' },
    code: () => { setTimeout('1') },
    html: () => { document.createElement('p').innerHTML = '<b>x</b>' } };
  try { made[sink](); return 'made' } catch (error) { return error.name }
}"""


@pytest.mark.parametrize("sink", ["text", "address", "code"])
def test_a_script_is_never_made_from_text(chromium, empty_server, sink):
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{empty_server.url}/account/login/")
    assert page.evaluate(TRY, sink) in ("TypeError", "EvalError")
    context.close()


def test_html_from_the_server_may_be_inserted(open_page, empty_server):
    page = open_page()
    page.goto(f"{empty_server.url}/account/login/")
    assert page.evaluate(TRY, "html") == "made"


def test_nobody_can_add_a_rule_of_their_own(chromium, empty_server):
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{empty_server.url}/account/login/")
    added = "() => { try { trustedTypes.createPolicy('mine', {}); return 'made' } catch (error) { return error.name } }"
    assert page.evaluate(added) == "TypeError"
    context.close()

"""What the house promises about its own shape, where imports cannot see it."""

import ast

from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from annexa.config import entry
from annexa.web import public
from tests.house.source import ROOT, functions, length, modules


def test_no_module_is_longer_than_500_lines():
    found = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in ROOT.rglob("*.py")}
    assert {name: lines for name, lines in found.items() if lines > 500 and "migrations" not in name} == {}


def test_no_view_or_verb_is_longer_than_25_lines():
    found = {
        f"{path}:{node.name}": length(node)
        for path, tree in modules()
        if path.parts[0] == "web" and (path.name.startswith("views") or "views" in path.parts)
        for node in functions(tree)
    }
    assert found
    assert {name: lines for name, lines in found.items() if lines > 25} == {}


def test_no_function_is_longer_than_60_lines():
    found = {f"{path}:{node.name}": length(node) for path, tree in modules() for node in functions(tree)}
    assert {name: lines for name, lines in found.items() if lines > 60} == {}


def test_no_template_is_longer_than_200_lines():
    found = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in ROOT.rglob("templates/**/*.*")}
    assert found
    assert {name: lines for name, lines in found.items() if lines > 200} == {}


def test_nothing_is_imported_inside_a_function():
    found = [
        f"{path}:{node.lineno}"
        for path, tree in modules()
        for function in functions(tree)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert found == []


def test_there_are_no_signals_and_no_save_overrides():
    found = [
        f"{path}:{node.lineno}"
        for path, tree in modules()
        for node in ast.walk(tree)
        if (isinstance(node, ast.FunctionDef) and node.name in ("save", "delete"))
        or (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.db.models.signals"))
        or (isinstance(node, ast.Name) and node.id == "receiver")
    ]
    assert [place for place in found if not place.startswith("lib/files.py")] == []


def test_templates_hold_no_inline_script_or_style():
    found = []
    for path in ROOT.rglob("templates/**/*.html"):
        text = path.read_text()
        bad = [
            word
            for word in ("<style", " style=", "javascript:", " onclick=", " onchange=", " onsubmit=")
            if word in text
        ]
        scripts = text.count("<script") - text.count("<script src=") - text.count('type="application/json"')
        if bad or scripts > 0:
            found.append((str(path.relative_to(ROOT)), bad, scripts))
    assert found == []


def _patterns(resolver, prefix=(), names=()):
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            space = (*names, pattern.namespace) if pattern.namespace else names
            yield from _patterns(pattern, (*prefix, str(pattern.pattern)), space)
        elif isinstance(pattern, URLPattern):
            yield "".join((*prefix, str(pattern.pattern))), ":".join((*names, pattern.name or "")), pattern.callback


def test_every_page_of_an_organisation_names_a_permission_or_is_for_every_member():
    for_every_member = {"home:index", "home:guide", "search:index", "start:hide"}
    by_register = {"history:index", "history:register", "history:changes", "history:row"}  # each asks for its own
    found = [
        name
        for path, name, view in _patterns(get_resolver())
        if path.startswith("o/") and not hasattr(view, "reads") and name not in for_every_member | by_register
    ]
    assert found == []


def test_every_public_page_exists():
    names = {name for _path, name, _view in _patterns(get_resolver())}
    assert public.PAGES - names == set()


def test_no_page_inside_an_organisation_is_public():
    inside = {name for path, name, _view in _patterns(get_resolver()) if path.startswith("o/")}
    assert inside & public.PAGES == set()


def test_the_program_is_where_others_expect_it():
    assert callable(entry.main)

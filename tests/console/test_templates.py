"""Templates: they compile, hold nothing inline, name only what is there, and their sheets stay small."""

import re
from functools import cache
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import get_template
from django.urls import get_resolver

from config.env import ROOT

TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"
NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
PAGES = [name for name in NAMES if not Path(name).name.startswith("_") and "/elements/" not in name]
SHEET_LIMIT = 20 * 1024
SHEET = re.compile(r"css/[\w/]+\.css")
# It shows every component at once; no other page does.
ALL_SHEETS = {"console/styleguide.html"}
INLINE = re.compile(
    r"""(?xi) <style | \sstyle\s*= | \son[a-z]+\s*=\s*["'] | javascript: | \shx-on
    | <script(?![^>]*\ssrc=)(?![^>]*type="application/json")"""
)


@cache
def source(name: str) -> str:
    return (TEMPLATES / name).read_text()


def sheets(name: str) -> set[str]:
    """Return the sheets a page loads: its own, its parents' outside blocks that it fills, its includes'."""
    text = source(name)
    found = set(SHEET.findall(text))
    for included in re.findall(r'{% include "([^"]+)"', text):
        found |= sheets(included)
    parent = re.search(r'{% extends "([^"]+)"', text)
    if parent and parent[1] in NAMES:
        above = sheets(parent[1])
        filled = re.search(r"{% block css %}(.*?){% endblock %}", source(parent[1]), re.DOTALL)
        if "{% block css %}" in text and filled:
            above -= set(SHEET.findall(filled[1]))
        found |= above
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_template_compiles(name: str) -> None:
    get_template(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_template_holds_no_inline_style_or_script(name: str) -> None:
    assert INLINE.findall(source(name)) == []


def test_the_search_for_inline_code_finds_it() -> None:
    for flaw in (
        '<p style="color:red">',
        "<style>",
        '<a onclick="x()">',
        "<script>x</script>",
        '<b hx-on:click="x">',
    ):
        assert INLINE.search(flaw), flaw
    for fine in (
        '<script src="a.js" defer></script>',
        '<script type="application/json" id="x">',
        "<p>on time</p>",
    ):
        assert not INLINE.search(fine), fine


@pytest.mark.parametrize("name", NAMES)
def test_a_template_names_only_files_that_exist(name: str) -> None:
    for path in re.findall(r"{% static '([^']+)' %}", source(name)):
        assert finders.find(path), path


@pytest.mark.parametrize("name", NAMES)
def test_a_template_draws_only_icons_of_the_sprite(name: str) -> None:
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons" / "icons.svg").read_text()))
    assert set(re.findall(r'{% icon "([\w-]+)"', source(name))) <= sprite


@pytest.mark.parametrize("name", NAMES)
def test_a_template_leads_only_to_addresses_that_exist(name: str) -> None:
    known = known_addresses()
    for address in re.findall(r"{% url ['\"]([\w:]+)['\"]", source(name)):
        assert address in known, address


@cache
def known_addresses() -> frozenset[str]:
    resolver = get_resolver()
    own = {key for key in resolver.reverse_dict if isinstance(key, str)}
    for namespace, (_, inner) in resolver.namespace_dict.items():
        own |= {f"{namespace}:{key}" for key in inner.reverse_dict if isinstance(key, str)}
    return frozenset(own)


@pytest.mark.parametrize("name", [page for page in PAGES if page not in ALL_SHEETS])
def test_the_sheets_of_a_page_stay_small(name: str) -> None:
    loaded = sheets(name)
    if (
        "css/components/stat.css" in loaded
        and "css/components/empty.css" in loaded
        and name == "console/home.html"
    ):
        loaded.discard("css/components/empty.css")  # the page without figures loads this one alone
    assert sum((STATIC / sheet).stat().st_size for sheet in loaded) <= SHEET_LIMIT


def test_every_sheet_and_script_is_used() -> None:
    everything = "\n".join(source(name) for name in NAMES)
    files = [*STATIC.rglob("*.css"), *STATIC.rglob("*.js")]
    assert [path.name for path in files if f"{path.parent.name}/{path.name}'" not in everything] == []

"""Plotly under the strict policy: what keeps its inline sheets away fits the version that is installed."""

import re
from functools import cache

from django.contrib.staticfiles import finders

from config.env import ROOT

PARTIALS = ROOT / "templates" / "partials"


@cache
def bundle() -> str:
    path = finders.find("vendor/plotly/plotly.min.js")
    assert path
    with open(path, encoding="utf-8") as file:  # noqa: PTH123
        return file.read()


def test_each_sheet_that_plotly_would_put_inline_has_its_guard() -> None:
    wanted = set(re.findall(r'getElementById\("([0-9a-f]{64})"\)', bundle()))
    guarded = set(re.findall(r'<template id="([0-9a-f]{64})">', (PARTIALS / "_chart_guard.html").read_text()))
    assert guarded == wanted


def test_plotly_still_knows_the_sheet_that_stands_for_its_own() -> None:
    assert '.matches(".no-inline-styles")' in bundle()
    assert '"plotly.js-style-"' in bundle()
    link = (PARTIALS / "_chart_css.html").read_text()
    assert 'id="plotly.js-style-global"' in link
    assert 'class="no-inline-styles"' in link

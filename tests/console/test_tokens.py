"""Colours: every pair that pages put together has the contrast that WCAG 2.2 AA asks for, by day and by night."""

import re

import pytest

from config.env import ROOT

CSS = ROOT / "static" / "css"
TOKENS = (CSS / "tokens.css").read_text()
PAIR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
COLOURS = {name: (day, night) for name, day, night in PAIR.findall(TOKENS)}
COLOURS["on-accent"] = ("#ffffff", "#ffffff")
GROUNDS = ("page", "surface", "sunken", "hover")
TEXT_ON = [
    *((text, ground) for text in ("text", "text-2", "text-3") for ground in GROUNDS),
    *((text, "accent-soft") for text in ("text", "accent", "text-3")),
    *(("accent", ground) for ground in GROUNDS),
    *((sign, f"{sign}-soft") for sign in ("good", "warn", "bad")),
    *((sign, ground) for sign in ("good", "warn", "bad") for ground in ("page", "surface", "hover")),
    ("text", "warn-soft"),
    ("on-accent", "accent-fill"),
    ("on-accent", "accent-fill-hover"),
    ("surface", "text"),
]
SHAPE_ON = [
    *((shape, ground) for shape in ("line-control", "accent", "chart-1", "chart-2", "chart-prior", "mark")
      for ground in ("page", "surface")),
    ("chart-prior", "surface"),
]  # fmt: skip


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_wcag_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", [0, 1], ids=["day", "night"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_can_be_read(text: str, ground: str, theme: int) -> None:
    assert contrast(COLOURS[text][theme], COLOURS[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["day", "night"])
@pytest.mark.parametrize(("shape", "ground"), SHAPE_ON)
def test_edges_of_controls_and_bars_can_be_seen(shape: str, ground: str, theme: int) -> None:
    assert contrast(COLOURS[shape][theme], COLOURS[ground][theme]) >= 3


def test_sheets_use_only_tokens_that_exist() -> None:
    defined = set(re.findall(r"--([\w-]+):", TOKENS))
    for sheet in CSS.rglob("*.css"):
        assert set(re.findall(r"var\(--([\w-]+)", sheet.read_text())) <= defined, sheet.name


def test_colours_stand_in_the_tokens_alone() -> None:
    allowed = {"#fff", "#0b1217a8"}  # the paper behind a QR code, the shade behind a dialog
    for sheet in CSS.rglob("*.css"):
        if sheet.name != "tokens.css":
            assert set(re.findall(r"#[0-9a-f]{3,8}\b", sheet.read_text())) <= allowed, sheet.name

"""Filters of lists live in the address."""

from django.http import QueryDict

from apps.core.web.listing import dates_filter, fixed_filter, options_filter

STATES = {"draft": "Draft", "posted": "Posted"}


def test_a_filter_knows_its_words_and_the_address_without_it() -> None:
    found = options_filter(QueryDict("state=posted&kind=invoice&after=abc&q=x"), "state", "State", STATES)
    assert (found.is_on, found.words) == (True, "Posted")
    assert found.own == (("state", "posted"),)
    assert found.kept == (("kind", "invoice"), ("q", "x"))
    assert found.without == "?kind=invoice&q=x"


def test_values_that_are_no_choices_filter_nothing() -> None:
    found = options_filter(QueryDict("state=nonsense"), "state", "State", STATES)
    assert not found.is_on
    assert [option.is_on for option in found.options] == [False, False]


def test_dates_say_their_range() -> None:
    def words(query: str) -> str:
        return dates_filter(QueryDict(query), "Issued").words

    assert words("from=2025-01-01&to=2025-01-31") == "2025-01-01 – 2025-01-31"
    assert words("from=2025-01-01") == "since 2025-01-01"
    assert words("to=2025-01-31&from=yesterday") == "until 2025-01-31"
    assert words("from=2025-02-31") == ""


def test_a_fixed_filter_can_only_be_removed() -> None:
    found = fixed_filter(QueryDict("customer=1&state=posted"), "customer", "Customer", "Ana")
    assert (found.is_on, found.without) == (True, "?state=posted")

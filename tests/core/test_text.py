"""Text from outside: nothing that cannot be seen, nothing that makes it read as something else."""

import pytest

from apps.core.errors import InputError
from apps.core.text import clean_text


@pytest.mark.parametrize("text", ["invoice\u202egnp.exe", "a\u2066b", "a\u2028b", "a\x00", "a\ud800"])
def test_text_that_would_read_as_another_is_refused(text: str) -> None:
    with pytest.raises(InputError) as refused:
        clean_text(text, field="name", limit=100)
    assert (refused.value.code, refused.value.field) == ("control_characters", "name")


@pytest.mark.parametrize("text", ["", "  ", "\u200b", "\ufeff\u2060", "\u00a0\u200d"])
def test_a_name_that_nobody_sees_is_none(text: str) -> None:
    with pytest.raises(InputError) as refused:
        clean_text(text, field="name", limit=100)
    assert refused.value.code == "missing"


@pytest.mark.parametrize("text", ["שלום בע״מ", "شركة", "می‌خواهم", "👩‍💻 Ltd", "Ａcme", "Nguyễn"])
def test_names_of_every_script_stay(text: str) -> None:
    assert clean_text(text, field="name", limit=100) == text

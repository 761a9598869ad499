"""Tax numbers by country."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.br import cnpj

from apps.core.errors import InputError
from apps.parties.tax_ids import check_tax_id, compact, compact_known


@pytest.mark.parametrize(
    "country,typed,stored",
    [
        ("BR", "11.222.333/0001-81", "11222333000181"),
        # The example of SERPRO's manual for the CNPJ with letters.
        ("BR", "12.ABC.345/01DE-35", "12ABC34501DE35"),
        ("BR", " 12.abc.345/01de–35 ", "12ABC34501DE35"),
        ("BR", "390.533.447-05", "39053344705"),
        ("GB", "GB 980 7806 84", "GB980780684"),
        ("GB", "980780684", "GB980780684"),
        ("GB", "XI 980 7806 84", "XI980780684"),
        ("GB", "DE 136 695 976", "DE136695976"),
        ("DE", "DE 136 695 976", "DE136695976"),
        ("DE", "136695976", "DE136695976"),
        ("GR", "EL094259216", "EL094259216"),
        ("GR", "GR 094259216", "EL094259216"),
        ("BE", "BE 697449992", "BE0697449992"),
        ("FR", "61 954 506 077", "FR61954506077"),
        ("VN", "0100233488", "0100233488"),
        ("VN", "0314409058-002", "0314409058002"),
        ("US", "  12-3456789 ", "12-3456789"),
        ("BR", "", ""),
        ("US", "", ""),
    ],
)
def test_a_number_is_stored_in_one_form(country: str, typed: str, stored: str) -> None:
    assert check_tax_id(typed, country) == stored
    assert check_tax_id(stored, country) == stored


@pytest.mark.parametrize(
    "country,typed",
    [
        ("BR", "11.222.333/0001-82"),
        ("BR", "12.ABC.345/01DE-36"),
        ("BR", "12.ABC.345/01DE-3A"),
        ("BR", "00000000000000"),
        ("BR", "390.533.447-06"),
        ("BR", "１1222333000182"),
        ("GB", "GB123456789"),
        ("DE", "DE136695977"),
        ("FR", "not a number"),
        ("VN", "0100233489"),
        ("VN", "٠١٠٠٢٣٣٤٨٨"),
    ],
)
def test_a_wrong_number_is_refused_at_its_field(country: str, typed: str) -> None:
    with pytest.raises(InputError) as refusal:
        check_tax_id(typed, country)
    assert (refusal.value.code, refusal.value.field) == ("invalid_tax_id", "tax_id")


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=12, max_size=12), st.integers(1, 99))
@settings(max_examples=50, deadline=None)
def test_a_cnpj_with_letters_has_one_pair_of_check_digits(base: str, step: int) -> None:
    """Instrução Normativa RFB 2.229/2024: modulo 11 over the characters' ASCII codes less 48."""
    if base == "0" * 12:
        return
    digits = _check_digits(base)
    assert check_tax_id(base + digits, "BR") == base + digits
    assert cnpj.calc_check_digits(base) == digits
    wrong = f"{(int(digits) + step) % 100:02d}"
    with pytest.raises(InputError):
        check_tax_id(base + wrong, "BR")


def _check_digits(base: str) -> str:
    found = base
    for _ in range(2):
        weights = [2 + n % 8 for n in range(len(found))][::-1]
        rest = sum((ord(c) - 48) * weight for c, weight in zip(found, weights, strict=True)) % 11
        found += "0" if rest < 2 else str(11 - rest)
    return found[-2:]


def test_a_believed_number_takes_the_same_form() -> None:
    assert compact_known("16.727.230/0001-97", "BR") == "16727230000197"
    assert compact_known("12-3456789", "US") == "12-3456789"
    assert compact("12. abc.345/01de–35") == "12ABC34501DE35"

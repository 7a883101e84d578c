from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import NothingFoundError
from geodata.model.columns import from_rows
from geodata.model.contract_key import ContractKey

part = st.text(alphabet=st.sampled_from("沪A1-/~%?#. ()"))


@given(part, part, part)
def test_a_key_survives_its_address(contract_no, phase, parcel_code):
    key = ContractKey(contract_no, phase, parcel_code)
    assert "/" not in key.slug
    assert ContractKey.from_slug(key.slug) == key


@pytest.mark.parametrize("slug", ["", "a", "a~b", "a~b~c~d"])
def test_an_address_of_another_form_names_no_contract(slug):
    with pytest.raises(NothingFoundError, match="names no contract"):
        ContractKey.from_slug(slug)


def test_a_row_is_named_by_its_known_parts():
    columns = from_rows([{"contract_no": "A", "parcel_code": "P"}, {"contract_no": "B"}])
    assert ContractKey.of_row(columns, 0) == ContractKey("A", "", "P")
    assert ContractKey.of_row(columns, 1).parts == ("B", "", "")

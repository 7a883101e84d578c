"""The shape an outline was made of by a repair is kept as it came, for every version of it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from samples import batch, ledger, squares

from geodata.geometry.repair import OriginalShape
from geodata.model.content_lists import ContentKind
from geodata.model.quality_lists import RepairPolicy
from geodata.store.queries.content import import_content
from geodata.store.queries.contracts import import_ledger
from geodata.store.queries.originals import read_originals
from geodata.store.tables import ORIGINAL_SHAPE

CODE = "310116001002GB00010"


def original(row_no: int, shape: bytes = b"\1as it came") -> OriginalShape:
    return OriginalShape(
        row_no, (RepairPolicy.CLOSE_RINGS, RepairPolicy.MAKE_VALID), 0.0005, shape, "EPSG:4528"
    )


def test_a_shape_stays_with_the_outline_made_of_it(connection: sa.Connection):
    columns = ledger({"parcel_code": CODE}, {"parcel_code": "other"})
    first = batch(originals=(original(1),))
    import_ledger(connection, first, columns, squares(0, 2))
    (kept,) = read_originals(connection, CODE)
    assert kept.original == original(1)
    assert (kept.file_name, kept.imported_at) == ("ledger.xlsx", first.imported_at)
    assert read_originals(connection, "other") == []


def test_the_same_file_twice_keeps_one(connection: sa.Connection):
    columns = ledger({"parcel_code": CODE})
    for hours in (0, 1):
        import_ledger(connection, batch(hours, originals=(original(1),)), columns, squares(0))
    assert len(read_originals(connection, CODE)) == 1


def test_an_outline_that_is_replaced_keeps_its_own(connection: sa.Connection):
    columns, first = ledger({"parcel_code": CODE}), batch(originals=(original(1),))
    import_ledger(connection, first, columns, squares(0))
    import_ledger(connection, batch(1), columns, squares(0.5))
    assert read_originals(connection, CODE) == []
    (kept,) = read_originals(connection, CODE, first.imported_at)
    assert kept.original == original(1)


def test_rows_of_one_parcel_keep_each_its_own_and_rows_left_out_none(connection: sa.Connection):
    columns = ledger({"parcel_code": CODE, "phase": "1"}, {"parcel_code": CODE, "phase": "2"})
    came = (original(1), original(2, b"\2"), original(9))
    import_ledger(connection, batch(originals=came), columns, squares(0, 0.5))
    assert [kept.original for kept in read_originals(connection, CODE)] == list(came[:2])


def test_a_register_of_parcels_keeps_them_too(connection: sa.Connection):
    rows = [{"parcel_code": CODE}, {"parcel_code": "a~b"}]
    came = batch(originals=(original(4), original(7)))
    import_content(
        connection, came, ContentKind.PARCELS, rows, row_no=[4, 7], geometry=squares(0, 2)
    )
    assert [kept.original.row_no for kept in read_originals(connection, CODE)] == [4]
    assert [kept.original.row_no for kept in read_originals(connection, "a~b")] == [7]


@pytest.mark.parametrize(
    "statement", [sa.delete(ORIGINAL_SHAPE), sa.update(ORIGINAL_SHAPE).values(crs="EPSG:4490")]
)
def test_they_are_never_changed(connection: sa.Connection, statement: sa.Executable):
    import_ledger(
        connection, batch(originals=(original(1),)), ledger({"parcel_code": CODE}), squares(0)
    )
    with pytest.raises(sa.exc.DBAPIError, match="original_shape"):
        connection.execute(statement)

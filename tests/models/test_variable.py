"""Variables keep their type and value through the table."""

from __future__ import annotations

import pytest

from app.bpmn.values import Variable
from app.database.database import Database
from app.database.statements import insert
from app.errors import InvalidVariable
from app.models import VariableRow
from app.models.variable import from_row, to_row

VARIABLES = [
    Variable("String", ""),
    Variable("String", "grün \N{GRINNING FACE}"),
    Variable("Null"),
    Variable("String"),
    Variable("Boolean", True),
    Variable("Boolean", False),
    Variable("Integer", -(2**31)),
    Variable("Long", 2**63 - 1),
    Variable("Short", 7),
    Variable("Double", 0.1),
    Variable("Double", -0.0),
    Variable("Date", 1_700_000_000_123),
    Variable("Bytes", b"\x00\xff"),
    Variable("Bytes", b""),
    Variable("File", b"x", {"filename": "a.txt", "mimeType": "text/plain"}),
    Variable("Json", '{"a": [1, 2]}'),
    Variable("Object", "[1]", {"objectTypeName": "java.util.ArrayList", "serializationDataFormat": "application/json"}),
]


@pytest.mark.parametrize("variable", VARIABLES, ids=repr)
def test_a_variable_comes_back_as_it_went_in(database: Database, variable: Variable) -> None:
    row = {
        "id": "v1",
        "execution_id": "e1",
        "name": "x",
        "created_at": 0,
        "process_instance_id": "p1",
        "root_id": "p1",
        "definition_id": "d",
        "definition_key": "k",
        **to_row(variable),
    }
    database.write(lambda: insert(database, VariableRow, [row]))
    found = database.read(lambda: from_row(VariableRow.get_by_id("v1")))
    assert (found, type(found.value)) == (variable, type(variable.value))


@pytest.mark.parametrize(
    "variable", [Variable("String", "a\x00b"), Variable("Json", '"\ud800"'), Variable("Long", 2**63)]
)
def test_what_no_database_can_keep_is_refused(variable: Variable) -> None:
    with pytest.raises(InvalidVariable):
        to_row(variable)

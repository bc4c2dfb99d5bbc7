"""Every value that variables ever had: what the history tells beside the last ones."""

from __future__ import annotations

from app.database.table import Id
from app.models.variable import ValueOfScope


class VariableUpdate(ValueOfScope):
    """One setting of a variable, written with it and never changed.

    The first one has the id of its variable: ids are in the order of making, so that the variable of a later one is the
    newest of its scope and name that is not newer.
    """

    process_instance_id = Id()  # with no index but the one below, which begins with it

    class Meta:
        table_name = "variable_update"
        indexes = ((("process_instance_id", "execution_id", "name", "id"), False),)

"""No configuration that everybody knows the key of, or that admits everybody, can be reached from elsewhere."""

from __future__ import annotations

import pytest

from config import InvalidSettings, load

ELSEWHERE = "0.0.0.0:8080"


@pytest.mark.parametrize("name", ["development", "testing"])
def test_a_key_known_to_everybody_opens_no_door_to_other_machines(name: str) -> None:
    with pytest.raises(InvalidSettings, match=f"the {name} configuration admits everybody"):
        load({"ERRAND_CONFIG": name, "ERRAND_BIND": ELSEWHERE})


@pytest.mark.parametrize("name", ["development", "testing"])
def test_a_weak_key_opens_no_door_to_other_machines(name: str) -> None:
    environ = {"ERRAND_CONFIG": name, "ERRAND_BIND": ELSEWHERE, "ERRAND_ANONYMOUS": "off", "ERRAND_JWT_SECRET": "short"}
    with pytest.raises(InvalidSettings, match="it needs 32 or more"):
        load(environ)

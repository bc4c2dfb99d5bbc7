"""The blueprint of 5Minds' dialects: one view may stand at many routes, so an endpoint is called after its route."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from app.api.dialect import DialectBlueprint, View


class FiveMindsBlueprint(DialectBlueprint):
    """A blueprint whose endpoints are called after method and path."""

    def route(self, rule: str, *, claim: str | None, **options: Any) -> Callable[[View], View]:
        """Add a route (see DialectBlueprint)."""
        methods = "_".join(options.get("methods", ["GET"])).lower()
        name = re.sub(r"\W+", "_", f"{methods}{rule}").strip("_")
        return super().route(rule, claim=claim, **{"endpoint": name, **options})

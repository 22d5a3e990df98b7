"""Whether a guard holds of the state."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from agentgraph.contracts.validate import validator
from agentgraph.model.contract import Json
from agentgraph.model.guard import Guard

View = Mapping[str, Json]
"""The state fields that a decision looks at, those that are present."""

Test = Callable[[View], bool]


def guard_test(guard: Guard) -> Test:
    """Says of a view whether `guard` holds. Absent fields are left to the schema's `required`."""
    holds: Callable[[Json], bool] = validator(guard.schema).is_valid
    fields = guard.fields

    def test(view: View) -> bool:
        return holds({field: view[field] for field in fields if field in view})

    return test

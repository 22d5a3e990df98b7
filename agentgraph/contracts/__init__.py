"""Does this fit that? Is this value in? Contracts as sets of JSON values.

Enters: Python types, JSON Schemas, JSON values. Leaves: `Contract`, `Verdict` with a witness
that anyone can verify, violations with paths, typed values.
May not know: graphs, agents, engines, files, the network, the time of day. Verdicts are pure:
bounded by counted fuel, the same on every machine.

What others import: `types` (types to contracts, values through the door), `relation`
(`compare`), `guards` (`narrow`, `covers`, `overlap`, `empty`), `validate`, `describe`, `report`.
"""

from typing import TYPE_CHECKING

from agentgraph._lazy import lazy_names

if TYPE_CHECKING:
    from agentgraph.contracts.describe import subtract_text as subtract_text
    from agentgraph.contracts.guards import covers as covers
    from agentgraph.contracts.guards import empty as empty
    from agentgraph.contracts.guards import narrow as narrow
    from agentgraph.contracts.guards import overlap as overlap
    from agentgraph.contracts.relation import Reason as Reason
    from agentgraph.contracts.relation import Verdict as Verdict
    from agentgraph.contracts.relation import compare as compare
    from agentgraph.contracts.types import contract_of as contract_of
    from agentgraph.contracts.validate import validator as validator

# `describe` and `validate` are modules; what they hold is imported from them.
__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "Reason": "relation",
        "Verdict": "relation",
        "compare": "relation",
        "contract_of": "types",
        "covers": "guards",
        "empty": "guards",
        "narrow": "guards",
        "overlap": "guards",
        "subtract_text": "describe",
        "validator": "validate",
    },
)

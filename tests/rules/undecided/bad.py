from typing import Annotated, TypedDict

from pydantic import AfterValidator

from agentgraph import END, START, Edge, Graph, agent


def known(code: str) -> str:
    if code != "A1":
        raise ValueError("not a code")
    return code


Code = Annotated[str, AfterValidator(known)]


class Query(TypedDict):
    query: str


class Reply(TypedDict):
    reply: str


@agent(writes="code")
def find_code(query: str) -> str:
    return query


@agent(writes="reply")
def look_up(code: Code) -> str:
    return code


graph = Graph(
    "codes",
    input=Query,
    output=Reply,
    edges=[Edge(START, find_code), Edge(find_code, look_up), Edge(look_up, END)],
)

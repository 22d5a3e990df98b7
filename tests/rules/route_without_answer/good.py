"""Mail sorter: invoices to accounting, applications to hiring, spam to the bin."""

from typing import Literal, TypedDict

from langgraph.graph import END, START, StateGraph

Kind = Literal["invoice", "application", "spam", "newsletter"]


class Mail(TypedDict, total=False):
    subject: str
    kind: Kind
    folder: str


def sort_mail(state: Mail) -> Mail:
    subject = state["subject"].lower()
    kinds: dict[str, Kind] = {"invoice": "invoice", "cv": "application", "win": "spam"}
    for word, kind in kinds.items():
        if word in subject:
            return {"kind": kind}
    return {"kind": "newsletter"}


def route(state: Mail) -> Literal["accounting", "hiring", "bin"]:
    match state["kind"]:
        case "invoice":
            return "accounting"
        case "application":
            return "hiring"
        case _:
            return "bin"


def to_folder(folder: str):
    def move(state: Mail) -> Mail:
        return {"folder": f"{folder}/{state['subject']}"}

    return move


builder = StateGraph(Mail)
builder.add_node("sort_mail", sort_mail)
for name in ("accounting", "hiring", "bin"):
    builder.add_node(name, to_folder(name))
    builder.add_edge(name, END)
builder.add_edge(START, "sort_mail")
builder.add_conditional_edges("sort_mail", route)
graph = builder.compile()

"""Basket: its state knows its own total and whether the goods are sent free of charge."""

from dataclasses import dataclass, field

from langgraph.graph import END, START, StateGraph


@dataclass(kw_only=True)
class Basket:
    lines: dict[str, float]
    discount: float = 0.0
    delivery: float = 0.0
    receipt: list[str] = field(default_factory=list)

    FREE_FROM = 50.0

    @property
    def total(self) -> float:
        return round(sum(self.lines.values()) * (1 - self.discount), 2)

    def sent_free(self) -> bool:
        return self.total >= self.FREE_FROM

    def as_lines(self) -> list[str]:
        return [f"{name} {price:.2f}" for name, price in sorted(self.lines.items())]


def grant_discount(basket: Basket) -> dict:
    return {"discount": 0.1 if len(basket.lines) > 2 else 0.0}


def add_delivery(basket: Basket) -> dict:
    return {"delivery": 0.0 if basket.sent_free() else 4.9}


def print_receipt(basket: Basket) -> dict:
    return {"receipt": [*basket.as_lines(), f"= {basket.total + basket.delivery:.2f}"]}


builder = StateGraph(Basket)
builder.add_node(grant_discount)
builder.add_node(add_delivery)
builder.add_node(print_receipt)
builder.add_edge(START, "grant_discount")
builder.add_edge("grant_discount", "add_delivery")
builder.add_edge("add_delivery", "print_receipt")
builder.add_edge("print_receipt", END)
graph = builder.compile()

INPUTS = [{"lines": {"book": 20.0, "lamp": 40.0, "pen": 2.0}}, {"lines": {"pen": 2.0}}]

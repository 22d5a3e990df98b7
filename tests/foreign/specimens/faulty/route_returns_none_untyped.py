"""Gate of a car park: a plate is read, then the bar opens, a ticket is drawn, or the guard comes."""

from dataclasses import dataclass

from langgraph.graph import END, START, StateGraph


@dataclass
class Arrival:
    plate: str
    known: bool = False
    free: int = 0
    message: str = ""


class Gate:
    """One gate; it knows its regulars and how many places are left."""

    def __init__(self, regulars: set[str], places: int) -> None:
        self.regulars = regulars
        self.places = places

    def read_plate(self, state: Arrival) -> dict:
        plate = state.plate.replace(" ", "").upper()
        return {"plate": plate, "known": plate in self.regulars, "free": self.places}

    def choose(self, state: Arrival):
        if state.known:
            return "open_bar"
        elif state.free > 0:
            return "draw_ticket"

    def open_bar(self, state: Arrival) -> dict:
        return {"message": f"welcome {state.plate}"}

    def draw_ticket(self, state: Arrival) -> dict:
        self.places -= 1
        return {"message": f"ticket for {state.plate}, {self.places} places left"}

    def build(self):
        builder = StateGraph(Arrival)
        builder.add_node("read_plate", self.read_plate)
        builder.add_node("open_bar", self.open_bar)
        builder.add_node("draw_ticket", self.draw_ticket)
        builder.add_edge(START, "read_plate")
        builder.add_conditional_edges("read_plate", self.choose)
        builder.add_edge("open_bar", END)
        builder.add_edge("draw_ticket", END)
        return builder.compile()


graph = Gate({"M-AB1"}, places=1).build()

INPUTS = [{"plate": "m-ab1"}, {"plate": "x-yz 9"}, {"plate": "k-kk 2"}]
# fault: route-misses-case at line 30

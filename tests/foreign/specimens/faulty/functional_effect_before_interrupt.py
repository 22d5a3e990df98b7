"""Travel expenses, as a function: book the trip, ask the manager, pay out."""

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint, task
from langgraph.types import Command, interrupt

BOOKINGS: list[str] = []  # stands for the travel agency


@task
def estimate(city: str, nights: int) -> int:
    return 120 * nights + len(city) * 10


@task
def pay_out(total: int) -> str:
    return f"paid {total}"


def hold_room(city: str) -> str:
    BOOKINGS.append(city)
    return f"R-{len(BOOKINGS)}"


@entrypoint(checkpointer=InMemorySaver())
def trip(request: dict) -> dict:
    total = estimate(request["city"], request["nights"]).result()
    room = hold_room(request["city"])
    answer = interrupt({"total": total, "room": room})
    if answer != "yes":
        return {"room": room, "status": "refused"}
    return {"room": room, "status": pay_out(total).result()}


graph = trip

INPUTS = [{"city": "Rome", "nights": 2}, Command(resume="yes")]
# fault: effect-before-interrupt at line 28

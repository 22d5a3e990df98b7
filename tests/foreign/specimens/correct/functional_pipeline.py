"""Orders as a function: tasks run side by side, a person confirms, the effect is a task too."""

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint, task
from langgraph.types import Command, interrupt

BOOKINGS: list[str] = []


@task
def price(city: str) -> int:
    return len(city) * 10


@task
def hold_room(city: str) -> str:
    BOOKINGS.append(city)
    return f"R-{len(BOOKINGS)}"


@entrypoint(checkpointer=InMemorySaver())
def trip(cities: list[str]) -> dict:
    prices = [price(city) for city in cities]
    total = sum(each.result() for each in prices)
    rooms = [hold_room(city).result() for city in cities]
    answer = interrupt({"total": total})
    return {"rooms": rooms, "total": total, "status": "booked" if answer == "yes" else "refused"}


graph = trip

INPUTS = [["Rome", "Oslo"], Command(resume="yes")]

"""A chat as a function: what was said before is the function's own saved value."""

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint, task


@task
async def answer(text: str, earlier: int) -> str:
    return f"{text.upper()} ({earlier} before)"


@entrypoint(checkpointer=InMemorySaver())
async def chat(text: str, *, previous: list[str] | None) -> entrypoint.final[str, list[str]]:
    history = previous or []
    reply = await answer(text, len(history))
    return entrypoint.final(value=reply, save=[*history, reply])


graph = chat

INPUTS = ["hello", "bye"]

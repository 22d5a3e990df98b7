"""Company bot: answers from the handbook where it can, else from the web."""

from typing import TypedDict

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph

HANDBOOK = {"holidays": "You have 28 days.", "lunch": "Lunch is from 12 to 2."}


class BotState(TypedDict, total=False):
    question: str
    answer: str
    source: str


class HandbookBot:
    """A bot of one company; `threads` keeps its conversations."""

    def __init__(self, handbook: dict[str, str]) -> None:
        self.handbook = handbook
        self.threads = InMemorySaver()

    def entry(self, state: BotState) -> str:
        if state.get("answer"):
            return "finish"
        return "search_handbook"

    def search_handbook(self, state: BotState) -> BotState:
        found = [text for word, text in self.handbook.items() if word in state["question"]]
        return {"answer": found[0] if found else "Nothing found.", "source": "handbook"}

    def finish(self, state: BotState) -> BotState:
        return {"answer": state["answer"].strip()}

    def build(self):
        flow = StateGraph(BotState)
        flow.add_node("search_handbook", self.search_handbook)
        flow.add_node("finish", self.finish)
        flow.add_conditional_edges(START, self.entry, ["finish", "search_handbook"])
        flow.add_edge("search_handbook", "finish")
        flow.add_edge("finish", END)
        return flow.compile(checkpointer=self.threads)


graph = HandbookBot(HANDBOOK).build()

INPUTS = [{"question": "how many holidays?"}, {"question": "when is lunch?"}]
# fault: route-by-last-answer at line 25

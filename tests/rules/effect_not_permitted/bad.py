from typing import TypedDict

from agentgraph import END, START, Edge, Graph, agent, tool


class Question(TypedDict):
    question: str


class Answer(TypedDict):
    answer: str


@tool(read_only=True)
def search(query: str) -> str:
    return query


@tool
def send_mail(to: str, text: str) -> None:
    return


@agent(writes="draft", tools=[search])
def look_up(question: str) -> str:
    return search(question)


@agent(writes="answer", tools=[send_mail], timeout=10)
def tell(draft: str) -> str:
    send_mail("somebody", draft)
    return draft


delivery = Graph(
    "delivery",
    input=TypedDict("Draft", {"draft": str}),
    output=Answer,
    edges=[Edge(START, tell), Edge(tell, END)],
)

graph = Graph(
    "answers",
    input=Question,
    output=Answer,
    permits={"open_world"},
    edges=[Edge(START, look_up), Edge(look_up, delivery), Edge(delivery, END)],
)

"""Moderation: a post is scored, then shown, hidden or shown to a moderator."""

from dataclasses import dataclass

from langgraph.graph import END, START, StateGraph


@dataclass
class Post:
    author: str
    text: str
    score: float = 0.0
    shown: bool = False
    queue: str = ""


RUDE = {"stupid": 0.6, "idiot": 0.9, "hate": 0.5}


def score(post: Post) -> dict:
    return {"score": sum(RUDE.get(word, 0.0) for word in post.text.lower().split())}


def route_post(post: Post) -> str:
    if post.score > 0.8:
        return "hide"
    if post.score > 0.4:
        return "review"
    return "show"


def show(post: Post) -> dict:
    return {"shown": True}


def hide(post: Post) -> dict:
    return {"shown": False, "queue": "hidden"}


def moderator(post: Post) -> dict:
    return {"queue": f"look at {post.author}"}


builder = StateGraph(Post)
builder.add_node("score", score)
builder.add_node("show", show)
builder.add_node("hide", hide)
builder.add_node("moderator", moderator)
builder.add_edge(START, "score")
builder.add_conditional_edges(
    "score", route_post, {"show": "show", "hide": "hide", "moderate": "moderator"}
)
builder.add_edge("show", END)
builder.add_edge("hide", END)
builder.add_edge("moderator", END)
graph = builder.compile()

INPUTS = [{"author": "bob", "text": "Nice!"}, {"author": "eve", "text": "I hate rain"}]
# fault: route-misses-label at line 28

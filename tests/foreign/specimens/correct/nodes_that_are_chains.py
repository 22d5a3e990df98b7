"""Slogans: a prompt and a model as one node, its text taken out by a second chain."""

from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda, RunnablePassthrough
from langgraph.graph import END, START, StateGraph
from typing_extensions import TypedDict

model = FakeListChatModel(responses=["Light for all", "LIGHT FOR ALL!"])
idea = ChatPromptTemplate.from_template("A slogan for {product} in {tone} words")
louder = ChatPromptTemplate.from_template("Louder: {slogan}")


class Slogan(TypedDict, total=False):
    product: str
    tone: str
    slogan: str
    loud: str
    poster: str


def to_key(key: str) -> RunnableLambda:
    return RunnableLambda(lambda text: {key: text}, name=f"to_{key}")


builder = StateGraph(Slogan)
builder.add_node("invent", idea | model | StrOutputParser() | to_key("slogan"))
builder.add_node("louder", RunnablePassthrough() | louder | model | (lambda m: {"loud": m.content}))
builder.add_node("poster", RunnableLambda(lambda state: {"poster": f"*** {state['loud']} ***"}))
builder.add_edge(START, "invent")
builder.add_edge("invent", "louder")
builder.add_edge("louder", "poster")
builder.add_edge("poster", END)
graph = builder.compile()

INPUTS = [{"product": "lamps", "tone": "plain"}]

"""Chat messages as JSON: what stands in the state; LangChain's classes exist only at the model."""

from __future__ import annotations

import uuid
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Message(BaseModel):
    """One message of a conversation.

    `id` is given when the message is made, so that a message keeps it through every reducer
    and every resume. Roles are those of the chat-completions protocol.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Literal["system", "user", "assistant", "tool"]
    content: str
    name: str | None = None
    id: str = Field(default_factory=lambda: uuid.uuid4().hex)

"""How an answer looks on each channel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Channel = Literal["email", "chat", "sms"]

SMS_LENGTH = 160
"""Characters of one text message."""


def format_reply(channel: Channel, sentences: Sequence[str]) -> str:
    """The sentences as the channel wants them; the first one matters most.

    A text message keeps as many whole sentences as fit, and cuts the first one if it must.
    """
    if channel == "email":
        return "\n\n".join(["Hello,", *sentences, "Kind regards,\nYour shop"])
    if channel == "chat":
        return " ".join(sentences)
    return _fit(sentences)


def _fit(sentences: Sequence[str]) -> str:
    for count in range(len(sentences), 0, -1):
        text = " ".join(sentences[:count])
        if len(text) <= SMS_LENGTH:
            return text
    return sentences[0][: SMS_LENGTH - 1] + "…" if sentences else ""

"""Texts that try to give orders to a model: by the phrases and marks that such texts are known for.

A mark is no proof, and a text without one no promise: who asks cleverly enough is not found here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_ORDERS = (
    r"(?:instructions?|prompts?|rules?|guidelines?|directives?|directions?|commands?|orders?|programming"
    r"|training|constraints?|restrictions?)"
)
_EARLIER = (
    r"(?:previous|prior|above|preceding|earlier|foregoing|initial|original|existing|current|system"
    r"|developer|safety|former|given|hidden)"
)
_ALL = r"(?:all|any|every|each|the|your|my|of|these|those|its?|their|other|such|and|or|,)"
_DROP = (
    r"(?:ignore|disregard|forget|override|bypass|overlook|neglect|discard|abandon|circumvent"
    r"|do\s+not\s+follow|don'?t\s+follow|stop\s+following|pay\s+no\s+attention\s+to)"
)
_DROPPED = (
    "ignore disregard forget override bypass overlook neglect discard abandon circumvent follow"
    " following attention"
)
# Words, one of which a text must have (or letters, after a *) for the pattern to be tried: most
# texts need none of them.
_PATTERNS = (
    # Drop what you were told.
    (
        _DROPPED,
        rf"\b{_DROP}\s+(?:{_ALL}\s+|{_EARLIER}\s+){{1,6}}{_ORDERS}\b",
    ),
    (
        _DROPPED,
        rf"\b{_DROP}\s+(?:{_ALL}\s+){{0,3}}{_ORDERS}\s+(?:above|before|so\s+far|you\s+(?:were|have\s+been|got|received))",
    ),
    (
        _DROPPED,
        (
            rf"\b{_DROP}\s+(?:everything|anything|all|what(?:ever)?)\s+(?:that\s+)?(?:you\s+(?:were|have\s+been|are|know|learned)"
            r"|(?:was|is|has\s+been)\s+(?:said|written)\s+(?:above|before)|(?:said\s+|written\s+)?(?:above|before)\b)"
        ),
    ),
    # New orders, a new self.
    (
        "new updated revised real actual",
        rf"\b(?:new|updated|revised|real|actual)\s+(?:system\s+)?(?:{_ORDERS})\s*(?::|are\s+as\s+follows|follow\b)",
    ),
    (
        "now longer",
        (
            r"\byou\s+are\s+(?:now|no\s+longer)\s+(?:an?\s+|in\s+|bound\s+|restricted|the\s+)?(?:\w+\s+){0,3}?"
            r"(?:dan\b|jailbroken|unrestricted|unfiltered|uncensored|developer\s+mode|god\s+mode|by\s+(?:any|your|the)\b|assistant\b"
            r"|chatbot\b|hacker\b|evil\b)"
        ),
    ),
    (
        "mode",
        r"\b(?:enter|enable|activate|switch\s+to|turn\s+on)\s+(?:\w+\s+){0,2}?(?:developer|debug|god|jailbreak|dan|admin|root|sudo)\s+mode\b",
    ),
    (
        "act behave respond answer pretend reply",
        (
            r"\b(?:act|behave|respond|answer|pretend|reply)\s+(?:\w+\s+){0,5}?(?:without|no)\s+(?:any\s+)?"
            r"(?:ethical\s+|moral\s+|safety\s+|content\s+)*(?:restrictions?|limitations?|filters?|guidelines?)\b"
        ),
    ),
    ("anything", r"\bdo\s+anything\s+now\b"),
    # Tell me what you must not.
    (
        "prompt message instruction instructions guideline guidelines rule rules",
        (
            r"\b(?:reveal|print|show|output|repeat|display|leak|disclose|tell\s+me|give\s+me|write\s+out|recite|expose)\s+"
            r"(?:me\s+|us\s+|out\s+|back\s+|verbatim\s+)*(?:(?:all|the|your|full|entire|exact|complete|hidden|secret|original|initial|of|text|contents?)\s+)*"
            r"(?:system\s+(?:prompt|message|instructions?)|(?:your|hidden|secret|initial|original)\s+(?:prompt|instructions?|guidelines?|rules?))"
        ),
    ),
    (
        "prompt instruction instructions",
        r"\b(?:what|which)\s+(?:is|are|was|were)\s+(?:your|the)\s+(?:system\s+prompt|hidden\s+(?:prompt|instructions?)|initial\s+(?:prompt|instructions?))",
    ),
    ("repeat", r"\brepeat\s+(?:everything|the\s+(?:words|text))\s+above\b"),
    # Behind somebody's back.
    (
        "tell telling inform informing mention mentioning alert alerting notify notifying",
        r"\b(?:do\s+not|don'?t|never|without)\s+(?:tell(?:ing)?|inform(?:ing)?|mention(?:ing)?\s+(?:this|it)\s+to|alert(?:ing)?|notify(?:ing)?)\s+the\s+(?:user|human|customer|owner|operator)\b",
    ),
    (
        "important urgent attention note message instruction instructions",
        (
            r"\b(?:important|urgent|attention|note|message|instructions?)\s+(?:\w+\s+){0,2}?(?:for|to)\s+(?:the\s+|any\s+|all\s+)?"
            r"(?:ai|llms?|language\s+models?|chat\s?bots?|ai\s+(?:assistants?|agents?|models?)|assistants?|agents?\s+reading)\b\s*[:,!-]"
        ),
    ),
    (
        "ai llm language",
        r"\b(?:if\s+you\s+are|dear)\s+(?:an?\s+)?(?:ai|llm|language\s+model|ai\s+(?:assistant|agent|model))\b",
    ),
    # Marks of chat formats, which no person writes.
    (
        "*<|",
        r"<\|(?:im_start|im_end|system|user|assistant|endoftext|begin_of_text|start_header_id|eot_id)\|>",
    ),
    (
        "*inst] *sys>> *<system *<assistant *<instruction *</",
        r"\[/?INST\]|<</?SYS>>|</?(?:system|assistant|instructions?)(?:_prompt|_message)?>",
    ),
    (
        "system assistant developer",
        r"(?m:^[ \t]*(?:#{2,}[ \t]*|\[|-{2,}[ \t]*|={2,}[ \t]*)(?:system|assistant|developer)(?:\s+(?:prompt|message|instructions?|override|note))?\s*(?::|\]|#|-|=|$))",
    ),
    (
        "system admin",
        r"\b(?:begin|end|start)(?:\s+of)?\s+(?:new\s+)?(?:system\s+(?:prompt|message|instructions?)|admin\s+override)\b",
    ),
    ("override", r"\b(?:system|admin|developer)\s+override\b"),
    # The first of these in other languages.
    (
        "*ignorier *missacht *vergiss *verges",
        r"\b(?:ignorier\w*|missacht\w*|vergiss|vergesst|vergessen\s+sie)\s+(?:\w+\s+){0,4}?(?:anweisung\w*|instruktion\w*|vorgabe\w*|regeln|befehl\w*)\b",
    ),
    (
        "*ignor *oubli",
        r"\b(?:ignor\w+|oubli\w+)\s+(?:\w+\s+){0,4}?(?:instructions?|consignes?|r[eè]gles|directives?)\b",
    ),
    (
        "*ignor *olvid",
        r"\b(?:ignor\w+|olvid\w+)\s+(?:\w+\s+){0,4}?(?:instrucci(?:o|ó)n(?:es)?|reglas|indicaciones|(?:o|ó)rdenes)\b",
    ),
)
_WORD = re.compile(r"\w+")
_MARKS = tuple(
    (
        frozenset(word for word in words.split() if word[0] != "*"),
        tuple(word[1:] for word in words.split() if word[0] == "*"),
        re.compile(pattern, re.IGNORECASE),
    )
    for words, pattern in _PATTERNS
)
_WORDS = frozenset(word for words, _, _ in _MARKS for word in words)
_LETTERS = tuple(dict.fromkeys(one for _, letters, _ in _MARKS for one in letters))
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff\U000e0000-\U000e007f]")


def find_injection(text: str) -> Iterator[tuple[int, int]]:
    """Where a text speaks as if to a model: its phrases, its marks; letters that nobody sees do not hide them."""
    hidden = set[int]()
    if not text.isascii():
        hidden = {found.start() for found in _INVISIBLE.finditer(text)}
    if not hidden:
        yield from _marks(text)
        return
    kept = [place for place in range(len(text)) if place not in hidden]
    for start, end in _marks("".join(text[place] for place in kept)):
        yield kept[start], kept[end - 1] + 1


def _marks(text: str) -> Iterator[tuple[int, int]]:
    lower = text.lower()
    found = set(_WORD.findall(lower))
    if found.isdisjoint(_WORDS) and not any(one in lower for one in _LETTERS):
        return
    for words, letters, pattern in _MARKS:
        if not words.isdisjoint(found) or (letters and any(one in lower for one in letters)):
            yield from (mark.span() for mark in pattern.finditer(text))

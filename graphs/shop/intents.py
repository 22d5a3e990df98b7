"""What a customer wants, told from words alone.

Each intent has cues, words that speak for it, with weights; the heaviest total wins. It is
what runs where no model is configured, and what stands in when one fails.
"""

from __future__ import annotations

import re
from typing import Literal

from graphs.shop.refunds import Reason

IntentName = Literal["order_status", "refund_request", "shipping_question"]

_INTENT_CUES: dict[IntentName, list[tuple[str, int]]] = {
    "refund_request": [
        (r"refund\w*|reimburse\w*|money back|compensat\w*|store credit", 4),
        (
            r"(return|send|give|take)\w* (it|this|them|that|these|\w+ \w+)? ?back|returns?\b|returning",
            3,
        ),
        (r"broken?|broke|damaged?|crack\w*|shatter\w*|scratch\w*|dent\w*|faulty|defect\w*|torn", 3),
        (r"wrong (item|size|colou?r|product|one|order|thing)|not what i (ordered|bought)", 3),
        (r"changed my mind|don'?t (want|need|like)|no longer (want|need)|doesn'?t fit", 3),
    ],
    "shipping_question": [
        (r"parcel|package|packet|courier|carrier|driver|tracking|track\b|in transit", 3),
        (r"(been )?shipped|shipment|shipping|deliver(y|ed|ing)?|dispatch\w*|on its way", 2),
        (r"arriv\w*|get here|neighbou?r|doorstep|front door|held|stuck|customs", 2),
    ],
    "order_status": [
        (r"status|state of|progress", 3),
        (r"where is my order|what('?s| is) (happening|going on)|any news|update on", 3),
        (r"confirm\w*|process\w*|go(ne)? through|receiv\w* my order|paid|charged|cancel\w*", 2),
        (r"what did i (order|buy)|how much|total|summary|\border\b", 1),
    ],
}

_REASON_CUES: dict[Reason, str] = {
    "wrong_item": r"\bwrong\b|not what i (ordered|bought)|different (item|size|colou?r|one|product)"
    r"|instead of|someone else'?s",
    "damaged": r"broken?|broke|damaged?|crack\w*|shatter\w*|scratch\w*|\bdent\w*|faulty|defect\w*"
    r"|torn|leak\w*|(doesn'?t|does not|won'?t) (work|turn on|switch on)|in pieces",
    "late": r"\blate\b|too long|delay\w*|overdue|waited|days after|weeks after|behind schedule",
}

_NUMBER_BESIDE_WORD = re.compile(
    r"(?:order|number|no\.?|nr\.?|#)[\s:#]*(\d{3,8})(?![\w-])", re.IGNORECASE
)
_NUMBER_ALONE = re.compile(r"(?<![\w.,€$£-])(?!(?:19|20)\d\d\b)(\d{4,8})(?![\w%€-]|[.,]\d)")


def tell_intent(query: str) -> IntentName:
    """The likeliest intent; "order_status" where nothing speaks for any."""
    likeliest: IntentName = "order_status"
    most = 0
    for intent, cues in _INTENT_CUES.items():
        weight = sum(weight for cue, weight in cues if _says(query, cue))
        if weight > most:
            likeliest, most = intent, weight
    return likeliest


def tell_reason(query: str) -> Reason:
    """Why a customer wants a refund; "changed_mind" where they blame nobody."""
    for reason, cue in _REASON_CUES.items():
        if _says(query, cue):
            return reason
    return "changed_mind"


def tell_order(query: str) -> str:
    """The order number that a question names; empty where it names none."""
    found = _NUMBER_BESIDE_WORD.search(query) or _NUMBER_ALONE.search(query)
    return found[1] if found else ""


def _says(query: str, cue: str) -> bool:
    return re.search(rf"\b(?:{cue})", query, re.IGNORECASE) is not None

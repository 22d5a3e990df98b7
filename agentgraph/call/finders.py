"""What the built-in guards find in a text: where it stands, as slices count."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from agentgraph.call.injection import find_injection
from agentgraph.read.credentials import credentials_in

Find = Callable[[str], Iterable[tuple[int, int]]]
Span = tuple[int, int]

# Digits in one piece, or in groups that one space or hyphen parts; nothing of a number or word before or after.
_CARD = re.compile(
    r"(?<![A-Za-z\d])(?<!\d[ .,-])\d(?:[ -]?\d){11,18}(?![ -]?\d)(?![.,]\d)(?![A-Za-z])"
)
_DIGIT = re.compile(r"\d")
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]){11,30}(?![A-Za-z0-9])")
_EMAIL = re.compile(
    r"(?<![\w.+%-])[A-Za-z0-9](?:[\w.+%'-]{0,62}[A-Za-z0-9_+-])?@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}"
    r"[A-Za-z]{2,24}(?![\w-])"
)
# Issuers by their first digits, and the lengths of their numbers (ISO/IEC 7812, as published).
_ISSUERS = (
    (re.compile(r"4"), {13, 16, 19}),
    (re.compile(r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), {16}),
    (re.compile(r"3[47]"), {15}),
    (re.compile(r"3(?:0[0-5]|095|[689])"), {14, 16, 19}),
    (re.compile(r"6(?:011|5|4[4-9]|2)"), {16, 17, 18, 19}),
    (re.compile(r"35(?:2[89]|[3-8])"), {16, 17, 18, 19}),
    (re.compile(r"50|5[6-9]|6[37]"), set(range(12, 20))),
)
# How long an IBAN is in each country (the registry of SWIFT).
_IBAN_LENGTHS = {
    country: length
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FI FO GL NL SD",
        19: "MK SI",
        20: "AT BA EE KZ LT LU MN XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST",
        26: "IS TR",
        27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
        29: "BR EG PS QA UA",
        30: "JO KW MU YE",
        31: "MT SC",
        32: "LC",
        33: "RU",
    }.items()
    for country in countries.split()
}


def find_secrets(text: str) -> Iterator[Span]:
    """Credentials: keys and tokens by their form, private keys, passwords in URLs."""
    return ((one.start, one.end) for one in credentials_in(text))


def find_cards(text: str) -> Iterator[Span]:
    """Numbers of payment cards: of an issuer, of its length, and with a check digit that holds (Luhn)."""
    for found in _CARD.finditer(text) if _DIGIT.search(text) else ():
        digits = re.sub(r"\D", "", found[0])
        issued = any(
            issuer.match(digits) and len(digits) in lengths for issuer, lengths in _ISSUERS
        )
        if issued and len(set(digits)) > 1 and _luhn(digits):
            yield found.span()


def find_ibans(text: str) -> Iterator[Span]:
    """Numbers of bank accounts: of their country's length, and with check digits that hold (ISO 7064)."""
    for found in _IBAN.finditer(text) if _DIGIT.search(text) else ():
        length = _IBAN_LENGTHS.get(found[0][:2].upper())
        if length is None:
            continue
        end, letters = found.start(), ""
        while len(letters) < length and end < found.end():
            letters += text[end].strip()
            end += 1
        # What the pattern took beyond the number may be the next word.
        parted = end == found.end() or text[end] == " "
        if len(letters) == length and parted and _mod_97(letters.upper()):
            yield found.start(), end


def find_emails(text: str) -> Iterator[Span]:
    """Addresses of e-mail."""
    return (found.span() for found in (_EMAIL.finditer(text) if "@" in text else ()))


def find_length(longest: int) -> Find:
    """What a text has beyond so many characters."""
    return lambda text: [(longest, len(text))] if len(text) > longest else []


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(map(int, reversed(digits))):
        doubled = digit * 2 if place % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def _mod_97(letters: str) -> bool:
    return int("".join(str(int(one, 36)) for one in letters[4:] + letters[:4])) % 97 == 1


FINDERS: dict[str, Find] = {
    "secrets": find_secrets,
    "cards": find_cards,
    "ibans": find_ibans,
    "emails": find_emails,
    "injection": find_injection,
}
"""By the name that a guard gives; "length" is made for each guard."""

"""Names in Redis of the store for long-term memory.

All keys of a namespace share its hash tag, labels joined by "/", so they live in one slot of a
cluster; namespaces spread over it:

    <prefix>store:{users/123}:item:<key>   string       created/updated/lifetime/payload
    <prefix>store:{users/123}:keys         sorted set   key -> number, in the order of first storing
    <prefix>store:{users/123}:meta         hash         format, listed, gone
    <prefix>store:namespaces               sorted set   label NUL label NUL NUL registration

Times are in microseconds, lifetimes in milliseconds (0: for ever). Items expire by themselves,
and where all of a namespace do, `keys` and `meta` expire with the last. An entry of `keys` whose
item is gone is removed when a script meets it.

`namespaces` has all scores 0, so Redis keeps it in byte order: NUL, which no label holds, is
below all else, and the order is that of the tuples. It lies in another slot than most items, so
no script can write both. Therefore a namespace is registered first, and an item is stored only
where `meta` says under which registration it is `listed`. Taking one back goes the other way:
first `meta` notes, if there is no item, that the registration is `gone`; then that very member
is removed. A crash between the two leaves a name without items, and never an item without a name.
"""

from __future__ import annotations

from checkpoints.keys import escape

STORE_FORMAT = "1"
"""The version of this layout, stored with each namespace."""

Namespace = tuple[str, ...]


def namespace_tag(namespace: Namespace) -> str:
    """What stands between the braces, and in messages: labels joined by "/"."""
    # An empty tag would make Redis hash the whole key, so it gets a name no label escapes to.
    return "/".join(map(escape, namespace)) or "%"


def namespace_keys(prefix: str, namespace: Namespace) -> tuple[str, str, str]:
    """`meta` and `keys` of a namespace, and what its items' keys begin with, as every script expects them."""
    base = f"{prefix}store:{{{namespace_tag(namespace)}}}:"
    return base + "meta", base + "keys", base + "item:"


def registry_key(prefix: str) -> str:
    """The key that lists all namespaces."""
    return f"{prefix}store:namespaces"


def item_name(namespace: Namespace, key: str) -> str:
    """What an item is sealed under: its key without the prefix, so that a tenant can be renamed."""
    return f"{namespace_tag(namespace)}:{key}"


def member_beginning(namespace: Namespace) -> str:
    """What the member of a namespace begins with; its registration follows."""
    return _text(namespace) + "\0"


def split_member(member: bytes) -> tuple[Namespace, int]:
    """Namespace and registration of a member of `namespaces`."""
    *labels, last, registration = member.decode().split("\0")
    assert not last, member
    return tuple(labels), int(registration)


def range_of(namespace: Namespace) -> tuple[bytes, bytes]:
    """The bounds, as Redis takes them, of all namespaces that begin with this one."""
    return (
        (b"[" + _text(namespace).encode(), after_all_of(namespace)) if namespace else (b"-", b"+")
    )


def after_all_of(namespace: Namespace) -> bytes:
    """The upper bound of `range_of`; as a lower one, with "[" in place of "(", it goes on behind them."""
    return b"(" + _text(namespace)[:-1].encode() + b"\1" if namespace else b"+"


def _text(namespace: Namespace) -> str:
    return "".join(label + "\0" for label in namespace)

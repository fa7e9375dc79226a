"""Content digest of an object, computed apart from the product so that the two can disagree."""

import hashlib
import json
import math

# What the API server itself changes on a write, and what it stores beside the content.
_NOT_CONTENT = ("managedFields", "resourceVersion", "generation")


def canonical_number(value):
    """Integers as digits, others as ECMAScript prints them (RFC 8785 §3.2.2.3)."""
    if isinstance(value, int):
        return str(value)
    if not math.isfinite(value):
        raise ValueError("a number that JSON does not have")
    if value == int(value) and abs(value) < 1e21:
        return str(int(value))
    mantissa, _, exponent = repr(value).partition("e")
    if not exponent:
        return mantissa
    return f"{mantissa}e{int(exponent):+d}"


def canonical(value):
    """RFC 8785 text of a value, keys in the order of their UTF-8 bytes."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode())
        return "{" + ",".join(f"{canonical(key)}:{canonical(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, (int, float)):
        return canonical_number(value)
    return json.dumps(value, ensure_ascii=False)


def content(obj):
    """The object without what no author wrote."""
    kept = {key: value for key, value in obj.items() if key != "status"}
    kept["metadata"] = {k: v for k, v in obj["metadata"].items() if k not in _NOT_CONTENT}
    return kept


def content_digest(obj):
    return "sha256:" + hashlib.sha256(canonical(content(obj)).encode()).hexdigest()

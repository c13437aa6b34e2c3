"""Whether everything that was written under one set of event schemas can be read under another.

A field that is gone is a break too: somebody reads it.
"""

from itertools import zip_longest
from typing import Any

Schema = dict[str, Any]


def breaks(old: Schema, new: Schema) -> list[str]:
    """What of the old documents the new one does not take, each with where it is."""
    compare = _Comparison(old, new)
    found = compare.schemas("envelope", old["envelope"], new["envelope"])
    for name, schema in old["data"].items():
        if name in new["data"]:
            found += compare.schemas(name, schema, new["data"][name])
        else:
            found.append(f"{name}: this type is gone")
    return found


class _Comparison:
    """Of two documents, whose parts refer to one another by name."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self._old, self._new = old, new

    def schemas(self, where: str, old: Schema, new: Schema) -> list[str]:
        olds, news = _choices(self._old, old), _choices(self._new, new)
        if len(olds) == len(news) == 1:
            return self._one(where, olds[0], news[0])
        lost = [each for each in olds if all(self._one(where, each, other) for other in news)]
        return [f"{where}: {_named(each)} is not taken any more" for each in lost]

    def _one(self, where: str, old: Schema, new: Schema) -> list[str]:
        if not new.keys() - {"title", "description", "default"}:
            return []  # anything is taken
        if not _kinds(old) <= _kinds(new):
            return [f"{where}: {_named(old)} has become {_named(new)}"]
        gone = [value for value in old.get("enum", ()) if value not in new.get("enum", [value])]
        found = [f"{where}: the value {value!r} is gone" for value in gone]
        if "enum" in new and "enum" not in old:
            found.append(f"{where}: only some values are taken now")
        return found + self._fields(where, old, new) + self._items(where, old, new)

    def _fields(self, where: str, old: Schema, new: Schema) -> list[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        more = sorted({*new.get("required", ())} - {*old.get("required", ())})
        found = [f"{where}.{name}: this field is gone" for name in before if name not in after]
        found += [f"{where}.{name}: this field has become required" for name in more]
        for name in before:
            if name in after:
                found += self.schemas(f"{where}.{name}", before[name], after[name])
        return found

    def _items(self, where: str, old: Schema, new: Schema) -> list[str]:
        if new.get("minItems", 0) > old.get("minItems", 0):
            return [f"{where}: it has become longer"]
        found = []
        if isinstance(old.get("items"), dict) and isinstance(new.get("items"), dict):
            found += self.schemas(f"{where}[]", old["items"], new["items"])
        for place, (one, other) in enumerate(
            zip_longest(old.get("prefixItems", ()), new.get("prefixItems", ()))
        ):
            if other is None:
                found.append(f"{where}[{place}]: this field is gone")
            elif one is not None:
                found += self.schemas(f"{where}[{place}]", one, other)
        return found


def _choices(document: Schema, schema: Schema) -> list[Schema]:
    """What a value may be: references followed, alternatives each on its own."""
    if "$ref" in schema:
        return _choices(document, document["$defs"][schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        return [choice for each in schema["anyOf"] for choice in _choices(document, each)]
    return [schema]


def _kinds(schema: Schema) -> set[str]:
    """The JSON types; a whole number is a number too."""
    kinds = schema.get("type", [])
    found = {kinds} if isinstance(kinds, str) else {*kinds}
    if not found and "enum" in schema:
        found = {"string"}
    return found | ({"integer"} if "number" in found else set())


def _named(schema: Schema) -> str:
    return str(schema.get("type") or schema.get("enum") or "anything")

"""Reading a mapping from JSON that anybody may have written."""

from collections.abc import Collection, Mapping

from sampling.listing.errors import MappingError

LONGEST = 500
MOST = 5_000


class Reader:
    """Takes the parts of a document, or tells which one is not what it should be."""

    def __init__(self, document: object, keys: Collection[str]) -> None:
        """Check that the document is an object without unknown keys."""
        self.document = mapping(document, "")
        for key in self.document:
            if key not in keys:
                raise MappingError("not_a_mapping", place=str(key)[:LONGEST])

    def choice(self, key: str, allowed: Collection[str], otherwise: str) -> str:
        """Take one of a few words."""
        return one_of(self.document.get(key, otherwise), allowed, key)

    def number(self, key: str, otherwise: int) -> int:
        """Take a whole number, 1 or more."""
        value = self.document.get(key, otherwise)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST:
            raise MappingError("not_a_mapping", place=key)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Take a list of texts."""
        return texts(self.document.get(key, []), key)

    def table(self, key: str) -> dict[str, str]:
        """Take an object of texts."""
        return {
            text(name, key): text(value, key)
            for name, value in mapping(self.document.get(key, {}), key).items()
        }

    def lists(self, key: str, allowed: Collection[str]) -> dict[str, tuple[str, ...]]:
        """Take an object of lists of texts, under names that are allowed."""
        found = mapping(self.document.get(key, {}), key)
        return {one_of(name, allowed, key): texts(value, key) for name, value in found.items()}

    def tables(self, key: str, allowed: Mapping[str, Collection[str]]) -> dict[str, dict[str, str]]:
        """Take an object of objects whose values are among the words of their name."""
        return {
            one_of(name, allowed, key): {
                text(word, key): one_of(value, allowed[name], f"{key}.{name}")
                for word, value in mapping(words, key).items()
            }
            for name, words in mapping(self.document.get(key, {}), key).items()
        }


def mapping(value: object, place: str) -> Mapping[str, object]:
    """Check for an object."""
    if not isinstance(value, Mapping) or len(value) > MOST:
        raise MappingError("not_a_mapping", place=place)
    return value


def text(value: object, place: str) -> str:
    """Check for a text of reasonable length."""
    if not isinstance(value, str) or len(value) > LONGEST:
        raise MappingError("not_a_mapping", place=place)
    return value


def texts(value: object, place: str) -> tuple[str, ...]:
    """Check for a list of texts."""
    if not isinstance(value, list | tuple) or len(value) > MOST:
        raise MappingError("not_a_mapping", place=place)
    return tuple(text(part, place) for part in value)


def one_of(value: object, allowed: Collection[str], place: str) -> str:
    """Check for one of a few words."""
    if not isinstance(value, str) or value not in allowed:
        raise MappingError("not_a_mapping", place=place)
    return value

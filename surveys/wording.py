"""One text in every language of a questionnaire."""

from collections.abc import Iterator, Mapping


class Wording(Mapping[str, str]):
    """An immutable mapping of language to text, in the order of the document.

    Examples
    --------
    >>> greeting = Wording({"vi": "Xin chào", "en": "Hello"})
    >>> greeting["en"], greeting.in_language("km")
    ('Hello', 'Xin chào')
    """

    __slots__ = ("_texts",)

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = dict(texts)

    def __getitem__(self, language: str) -> str:
        return self._texts[language]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __hash__(self) -> int:
        return hash(frozenset(self._texts.items()))

    def __repr__(self) -> str:
        return f"Wording({self._texts!r})"

    def in_language(self, language: str) -> str:
        """Give the text in a language, or in the first one when it is not offered.

        Parameters
        ----------
        language : str
            Code of a language, such as ``vi``.

        Returns
        -------
        str
            Never empty for a questionnaire that was read without faults.
        """
        return self._texts.get(language) or next(iter(self._texts.values()))

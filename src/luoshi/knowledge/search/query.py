"""What somebody types, turned into tsqueries: all words first, then all but one, then any."""

from __future__ import annotations

from dataclasses import dataclass

from luoshi.knowledge.search.tokens import MAX_LEXEME, RUNS, fold, pairs, tokenizer

LONGEST = 80  # characters of a question that count; the rest is ignored
MOST_WORDS = 10

# Words with which people ask; they say nothing about the subject and are left out where others remain.
_ASKING = """
的 了 吗 呢 啊 吧 呀 么 嘛 我 你 您 他 她 它 我们 你们 咱 是 有 能 会 想 要 请 问 请问 你好 您好 谢谢
怎么 怎样 怎么样 如何 什么 啥 哪 哪里 哪儿 哪个 哪些 在哪 多少 几 为什么 为何 需要 应该 可以 能否 是否
可否 能不能 可不可以 要不要 办 去 到 和 与 或 把 被 给 在 从 对 就 都 也 还 又 这 那 这个 那个 一下
一个 有没有 没有 怎么办 咋 咋办 该 呗 哦 嗯 啦 时候 几点
"""
ASKING = frozenset(_ASKING.split())


@dataclass(frozen=True, slots=True)
class Query:
    """A question ready for PostgreSQL.

    plain: the folded text. tries: tsqueries from strict to lax; the next is asked only where the one before found
    too little. terms: what to mark in the hits, longest first.
    """

    plain: str
    tries: tuple[str, ...]
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    han: bool
    last: bool

    @property
    def asks(self) -> bool:
        return self.text in ASKING

    def tsquery(self) -> str:
        """The word, or all its pairs of characters (jieba may have cut the entry otherwise); the last may go on."""
        star = ":*" if self.last or (self.han and len(self.text) == 1) else ""
        whole = f"'{self.text[:MAX_LEXEME]}'{star}"
        if not self.han or len(self.text) < 3:
            return whole
        inside = " & ".join(f"'{pair}'" for pair in pairs(self.text))
        return f"({whole} | ({inside}))"


def _cut(run: str) -> list[str]:
    """The words of a run; neighbouring single characters that jieba left over are one word (涧+河)."""
    words: list[str] = []
    loose = ""
    for piece in tokenizer().cut(run):
        if len(piece) == 1 and piece not in ASKING:
            loose += piece
            continue
        if loose:
            words.append(loose)
            loose = ""
        words.append(piece)
    return [*words, loose] if loose else words


def _words(text: str) -> list[_Word]:
    found: list[_Word] = []
    ends = len(text.rstrip())
    for match in RUNS.finditer(text):
        han = match.lastgroup == "han"
        pieces = _cut(match.group()) if han else [match.group()]
        typed_last = match.end() == ends and ends == len(text)
        found += [
            _Word(piece, han, typed_last and index == len(pieces) - 1) for index, piece in enumerate(pieces)
        ]
    return found


def _wanted(words: list[_Word]) -> list[_Word]:
    """The words that carry the question, each once; asking words and stray characters only for want of others."""
    carrying = [word for word in words if not word.asks] or words
    if any(len(word.text) > 1 for word in carrying):
        carrying = [word for word in carrying if len(word.text) > 1 or word.last or not word.han]
    return list({word.text: word for word in carrying}.values())[:MOST_WORDS]


def _tries(words: list[_Word]) -> tuple[str, ...]:
    atoms = [word.tsquery() for word in words]
    made = [" & ".join(atoms)]
    if len(atoms) > 2:
        made.append(" | ".join(f"({' & '.join(atoms[:i] + atoms[i + 1 :])})" for i in range(len(atoms))))
    if len(atoms) > 1:
        made.append(" | ".join(atoms))
    elif words[0].han and len(words[0].text) > 2:
        made.append(" | ".join(f"'{pair}'" for pair in pairs(words[0].text)))
    return tuple(made)


def parse_query(text: str) -> Query | None:
    """The tsqueries for what was typed; None where it holds nothing to search for.

    The last word counts as its beginning while it is being typed; a space after it says that it is whole.
    Nothing of what was typed reaches PostgreSQL but letters, digits and Han characters.
    """
    plain = fold(text[:LONGEST])
    words = _wanted(_words(plain))
    if not words:
        return None
    marked = {word.text for word in words}
    marked |= {pair for word in words if word.han and len(word.text) > 2 for pair in pairs(word.text)}
    if any(len(term) > 1 for term in marked):
        marked = {term for term in marked if len(term) > 1}
    return Query(plain.strip(), _tries(words), tuple(sorted(marked, key=lambda term: (-len(term), term))))

"""Chinese full text search: texts into tsvectors, what is typed into tsqueries, hits into marked snippets."""

from luoshi.knowledge.search.highlight import mark, snippet
from luoshi.knowledge.search.query import Query, parse_query
from luoshi.knowledge.search.tokens import vector

__all__ = ["Query", "mark", "parse_query", "snippet", "vector"]

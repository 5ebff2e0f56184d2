"""Another 12345 system's export: read from CSV files or a workbook, checked, counted for assessment.

    export = read(Path("export"))                 # raises BadExport, or names bad rows in export.bad
    counted = count(export, book, period=Period.parse("2017-10"))
    sheet = evaluate(scheme, counted.units, period=counted.period)

The format is described in docs/exchange.md. No database.
"""

from luoshi.exchange.bad import BadExport, BadRow
from luoshi.exchange.count import Counted, count
from luoshi.exchange.read import Export, read

__all__ = ["BadExport", "BadRow", "Counted", "Export", "count", "read"]

"""Another 12345 system's export: read from CSV files or a workbook, checked, counted for assessment.

    from luoshi.exchange.count import count
    from luoshi.exchange.read import read

    export = read(Path("export"))                 # raises BadExport, or names bad rows in export.bad
    counted = count(export, book, period=Period.parse("2017-10"))
    sheet = evaluate(scheme, counted.units, period=counted.period)

The format is described in docs/exchange.md. No database. Nothing is imported here: reading and counting bring
polars along (38 MB), which a web process needs for a what-if only.
"""

"""Summarises CSV text: rows, columns, and count, sum, mean, least and greatest of each numeric column.

Tags: csv, statistics
"""

import csv
import io


def csv_summary(text: str, delimiter: str = ",") -> dict:
    """Summarises CSV text with a header line."""
    rows = list(csv.DictReader(io.StringIO(text), delimiter=delimiter))
    columns = list(rows[0]) if rows else []
    numeric = {}
    for column in columns:
        values = [number for row in rows if (number := _number(row[column])) is not None]
        if values and len(values) == sum(1 for row in rows if (row[column] or "").strip()):
            numeric[column] = {
                "count": len(values),
                "sum": sum(values),
                "mean": sum(values) / len(values),
                "min": min(values),
                "max": max(values),
            }
    return {"rows": len(rows), "columns": columns, "numeric": numeric}


def _number(text):
    try:
        return float(text)
    except (TypeError, ValueError):
        return None

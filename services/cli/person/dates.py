"""Dates as a person types them."""

from datetime import date

import typer


def parse_date(text: str) -> str:
    """The date in ISO form. Raises a usage error."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise typer.BadParameter("A date is written as 2026-11-24.") from None

"""A figure: what was asked, what was found, and whether it holds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One line of the report."""

    name: str
    found: str
    holds: bool

    def line(self, backend: str) -> str:
        """Write the figure as the report shows it."""
        return f"{'holds' if self.holds else 'FAILS'}  {backend:<10}  {self.name}: {self.found}"

"""An electronic invoice on paper: a PDF/A-3b that people read and that holds the UBL that programs read."""

from apps.exchange.paper.rendering import render_paper

__all__ = ["render_paper"]

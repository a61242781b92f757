from .shapes import area

__all__ = ["area"]

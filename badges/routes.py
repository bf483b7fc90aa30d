"""The addresses of the badge sheet."""

from kit.registry import Declared

ROUTES: list[Declared] = []

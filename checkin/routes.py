"""The addresses of the door."""

from kit.registry import Declared

ROUTES: list[Declared] = []

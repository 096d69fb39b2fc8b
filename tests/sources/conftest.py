"""What every test of a ready description starts from."""

from sources.vendor import cleaned

__all__ = ["cleaned"]

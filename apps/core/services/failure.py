"""The one error of this package: what went wrong, and what to do about it."""


class ServiceError(Exception):
    """Say that a service cannot do its work; `cure` tells the person what to do next."""

    def __init__(self, message: str, *, cure: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure

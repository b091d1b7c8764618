"""How the fields of a shape are described, for the API's own description."""

from typing import Any

from pydantic import Field


def means(text: str) -> Any:  # noqa: ANN401 - pydantic's own annotation
    """Describe a field where its type is annotated, beside the type."""
    return Field(description=text)

"""How a shape and its fields are described, for the API's own description."""

import sys
from typing import Any

from pydantic import Field

if sys.version_info >= (3, 12):
    from typing import TypedDict
else:  # pydantic reads those of ``typing`` from Python 3.12 on, and quart-schema no others there
    from typing_extensions import TypedDict  # noqa: TID251 - the one place

__all__ = ["TypedDict", "means"]


def means(text: str) -> Any:  # noqa: ANN401 - pydantic's own annotation
    """Describe a field where its type is annotated, beside the type."""
    return Field(description=text)

"""What every model of the configuration has in common, and how it names a secret."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hall.core.config.fields import ConfigFile


class Model(BaseModel):
    """Base of all: frozen, closed, and with its defaults checked."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


class SecretSource(Model):
    """Where a secret is read from: an environment variable, or a file."""

    env: str | None = Field(None, description="Name of the environment variable that holds it.")
    file: ConfigFile | None = Field(None, description="Path of the file that holds it.")

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.env is None) == (self.file is None):
            raise ValueError('expected exactly one of "env" and "file"')
        return self

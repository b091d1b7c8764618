"""Neighbours that several tests share."""

from collections.abc import Iterator

import pytest

from tests.adapters.ssh.sshd import Sshd, an_sshd


@pytest.fixture(scope="session")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """An SSH server for tests that neither cut nor stop it."""
    with an_sshd(tmp_path_factory.mktemp("sshd")) as server:
        yield server

from pathlib import Path

import pytest

from hall.adapters.config.secrets_read import read_secret
from hall.core.config.base import SecretSource
from hall.core.errors import ConfigurationError


def test_a_secret_comes_from_the_environment_without_its_blanks(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HALL_TEST_SECRET", " 11:22:33:44:55:66\n")
    assert read_secret(SecretSource(env="HALL_TEST_SECRET")) == "11:22:33:44:55:66"


def test_a_secret_comes_from_a_file_beside_the_configuration(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    (tmp_path / "secret").write_text("hush\n")
    (tmp_path / "secret").chmod(0o600)
    assert read_secret(SecretSource(file="secret"), tmp_path) == "hush"
    assert not caplog.records


def test_a_secret_that_others_may_read_is_warned_about(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    (tmp_path / "secret").write_text("hush")
    (tmp_path / "secret").chmod(0o644)
    assert read_secret(SecretSource(file="secret"), tmp_path) == "hush"
    assert "expected mode 0600" in caplog.text
    assert "hush" not in caplog.text


def test_that_others_may_read_it_is_said_once_of_a_file(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    (tmp_path / "secret").write_text("hush")
    (tmp_path / "secret").chmod(0o644)
    for _ in range(4):
        read_secret(SecretSource(file="secret"), tmp_path)
    assert len(caplog.records) == 1


def test_a_variable_that_is_not_set_is_named():
    with pytest.raises(ConfigurationError, match="HALL_TEST_ABSENT is not set"):
        read_secret(SecretSource(env="HALL_TEST_ABSENT"))


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(ConfigurationError, match="absent cannot be read: No such file"):
        read_secret(SecretSource(file="absent"), tmp_path)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path):
    (tmp_path / "secret").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match="it is not text"):
        read_secret(SecretSource(file="secret"), tmp_path)


def test_an_empty_secret_is_refused(tmp_path: Path):
    (tmp_path / "secret").write_text("\n")
    with pytest.raises(ConfigurationError, match="the secret is empty") as caught:
        read_secret(SecretSource(file="secret"), tmp_path)
    assert caught.value.problems[0].key == "file"

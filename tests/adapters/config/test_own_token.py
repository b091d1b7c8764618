import stat

from hall.adapters.config.own_token import NAME, read_token, renew_token


def test_a_token_is_for_its_owner_only_and_new_at_each_start(tmp_path):
    first, second = renew_token(tmp_path), renew_token(tmp_path)
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600
    assert (read_token(tmp_path), first != second, len(second) > 40) == (second, True, True)
    assert [file.name for file in tmp_path.iterdir()] == [NAME]


def test_a_token_that_is_not_there_or_none_is_none(tmp_path):
    assert read_token(tmp_path / "absent") is None
    (tmp_path / NAME).write_bytes(b"")
    assert read_token(tmp_path) is None
    (tmp_path / NAME).write_bytes(b"\xff")
    assert read_token(tmp_path) is None

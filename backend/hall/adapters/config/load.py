"""The configuration file: the only module that reads ``config/domains.json``."""

import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from hall.adapters.config.messages import Finding, findings, key_of
from hall.adapters.config.source_map import Layout, locate
from hall.core.config.document import Configuration
from hall.core.config.fields import FilePath
from hall.core.config.likely_mistakes import doubtful
from hall.core.config.references import Place, cross_check
from hall.core.config.urls import bare
from hall.core.errors import ConfigurationError, Problem


def load(path: Path) -> Configuration:
    """Read a configuration; relative paths of files in it count from its folder.

    Raises:
        ConfigurationError: with every problem that was found, in the order of the file.
    """
    text = _read(path)
    data = _parse(text, path)
    layout = locate(text)
    folder = str(path.absolute().parent)
    found = [
        Finding(twice.place, None, f"stands twice in this object, first on line {twice.first_line}")
        for twice in layout.doubles
    ]
    try:
        config = _validate(text, folder)
    except ValidationError as error:
        wrong = findings(error.errors(include_url=False), data)
        found += [*wrong, *_crossed(_sound_part(data, wrong, folder))]
    else:
        found += _crossed(config)
        if not config.domains:
            words = "no domain is configured; expected at least one"
            found.append(Finding(("domains",), None, words))
    if found:
        raise ConfigurationError(_problems(path, layout, found))
    return config


def check_files(config: Configuration, path: Path) -> list[Problem]:
    """Look whether what a loaded configuration names is there, and of use to the gateway.

    That is: files, secrets, the keys in them, and programs.
    """
    from hall.adapters.config.preflight import tried  # noqa: PLC0415 - it loads every adapter

    found = [
        Finding(place, f'"{file}"', f"expected the path of {what}{_way_out(place)}")
        for place, file in _files(config, ())
        if (what := _not_readable(file))
    ]
    told = {finding.place for finding in found}
    found += [one for one in tried(config, path.resolve().parent) if one.place not in told]
    return _problems(path, locate(_read(path)), found) if found else []


def doubts(config: Configuration, path: Path) -> list[Problem]:
    """What is right in a loaded configuration, and yet most likely not what was meant."""
    from hall.adapters.config.preflight import absent_cards  # noqa: PLC0415 - it loads every adapter

    found = [Finding(place, None, text) for place, text in doubtful(config)]
    with suppress(OSError):  # then it cannot be told which cards there are
        found += absent_cards(config)
    return _problems(path, locate(_read(path)), found) if found else []


def schema() -> dict[str, Any]:
    """The JSON Schema of the file, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Configuration.model_json_schema(),
        "title": "Hall configuration",
    }


def schema_text() -> str:
    """The JSON schema as it is committed: two spaces, one line break at the end."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


# ---- the text ---------------------------------------------------------------------------------


def _read(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        _refuse(path, None, "there is no such file")
    except OSError as error:
        _refuse(path, None, f"cannot be read: {error.strerror}")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        _refuse(path, line, "a byte here is not UTF-8; save the file as UTF-8")


def _parse(text: str, path: Path) -> Any:  # noqa: ANN401
    """The plain data. Python's parser has the better words, pydantic's takes less."""
    try:
        json.loads(text)
        return from_json(text, allow_inf_nan=False)
    except json.JSONDecodeError as error:
        at = _at_the_comma(error)
        _refuse(path, at.lineno, _syntax(at))
    except RecursionError:
        _refuse(path, None, "is nested too deeply")
    except ValueError as error:
        place = re.search(r"at line (\d+)", str(error))
        _refuse(path, int(place[1]) if place else None, f"is not valid JSON: {error}")


def _at_the_comma(error: json.JSONDecodeError) -> json.JSONDecodeError:
    """Python 3.13 points to a comma too many; those before it to the bracket that follows."""
    before, rest = error.doc[: error.pos].rstrip(), error.doc[error.pos :].lstrip()
    if not (before.endswith(",") and rest.startswith(("}", "]"))):
        return error
    return json.JSONDecodeError(error.msg, error.doc, len(before) - 1)


def _syntax(error: json.JSONDecodeError) -> str:
    rest = error.doc[error.pos :].lstrip()
    found = rest.split()[0][:20] if rest else "the end of the file"
    if rest.startswith(("//", "/*", "#")):
        words = "JSON has no comments; remove this one"
    elif re.match(r",\s*[]}]", rest):
        words = "remove this comma before the closing bracket"
    elif rest.startswith("'"):
        words = 'expected double quotes ("), not single ones'
    else:
        words = f"{_SYNTAX.get(error.msg, error.msg)}; found {found}"
    return f"is not valid JSON at column {error.colno}: {words}"


_SYNTAX = {
    "Expecting ',' delimiter": "expected a comma, or the closing bracket, before this",
    "Expecting ':' delimiter": "expected a colon after the key",
    "Expecting property name enclosed in double quotes": "expected a key in double quotes",
    "Expecting value": "expected a value",
    "Extra data": "expected nothing more after the last bracket",
    "Invalid control character at": "a text must close on the line where it begins",
    "Unterminated string starting at": "expected the closing quote of this text",
}


def _refuse(path: Path, line: int | None, message: str) -> NoReturn:
    raise ConfigurationError([Problem(str(path), line, "", message)])


# ---- the models -------------------------------------------------------------------------------


def _validate(text: str, folder: str) -> Configuration:
    """Strictly: "22" is no number here, so that the file means what its schema says."""
    return Configuration.model_validate_json(text, strict=True, context={"folder": folder})


def _sound_part(data: Any, wrong: Iterable[Finding], folder: str) -> Configuration | None:  # noqa: ANN401
    """What is left without the broken entries, so that its references are checked too."""
    broken = {finding.place[:2] for finding in wrong}
    if not isinstance(data, dict) or broken & {(), ("servers",), ("domains",)}:
        return None
    servers = {
        name: one for name, one in data["servers"].items() if ("servers", name) not in broken
    }
    domains = {
        name: one
        for name, one in data["domains"].items()
        if ("domains", name) not in broken
        and (one["server"] in servers or one["server"] not in data["servers"])
    }
    try:
        return _validate(json.dumps({"servers": servers, "domains": domains}), folder)
    except ValidationError:  # pragma: no cover - every broken entry was left out
        return None


def _crossed(config: Configuration | None) -> list[Finding]:
    if config is None:
        return []
    problems = _once(cross_check(config))
    problems += [(("domains", name, "url"), _NOT_BARE) for name in _not_bare(config)]
    return [Finding(place, None, text) for place, text in problems]


def _once(problems: Iterable[tuple[Place, str]]) -> list[tuple[Place, str]]:
    """What several keys of one server or domain lack together is told at the first."""
    first: dict[tuple[Place, str], Place] = {}
    for place, text in problems:
        first.setdefault((place[:2], text), place)
    return [(place, text) for (_, text), place in first.items()]


_NOT_BARE = "expected an address without ? and #: the visitor's path and query are appended"


def _not_bare(config: Configuration) -> Iterator[str]:
    return (name for name, domain in config.domains.items() if not bare(domain.url))


def _problems(path: Path, layout: Layout, found: Iterable[Finding]) -> list[Problem]:
    problems = [
        Problem(
            str(path),
            layout.line(finding.place),
            _printable(key_of(finding.place)),
            _printable(str(finding)),
        )
        for finding in found
    ]
    return sorted(problems, key=lambda problem: problem.line or 0)


def _printable(text: str) -> str:
    """Half a character (a lone surrogate) cannot be written to a terminal or a log."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


# ---- the files that it names ------------------------------------------------------------------


def _files(value: object, place: Place) -> Iterator[tuple[Place, FilePath]]:
    match value:
        case FilePath():
            yield place, value
        case BaseModel():
            for name in type(value).model_fields:
                yield from _files(getattr(value, name), (*place, name))
        case dict():
            for name, inner in value.items():
                yield from _files(inner, (*place, name))
        case tuple():
            for index, inner in enumerate(value):
                yield from _files(inner, (*place, index))
        case _:
            pass


def _way_out(place: Place) -> str:
    """Certificates are the first thing that a newcomer lacks."""
    return '; or remove "docker" and "project" to begin without' if "tls" in place else ""


def _not_readable(file: FilePath) -> str | None:
    """What the path should have been; None when it is that already."""
    path = Path(file)
    if not path.is_file():
        return "a file that exists"
    return None if os.access(path, os.R_OK) else "a file that Hall may read"

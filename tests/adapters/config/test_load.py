import json
import os
import re
from pathlib import Path
from typing import Annotated

import jsonschema
import pytest
from pydantic import TypeAdapter, ValidationError

from hall.adapters.config.load import check_files, load, schema, schema_text
from hall.core.config import document, domain, gateway, methods, server
from hall.core.config.base import Model
from hall.core.config.document import Configuration
from hall.core.errors import ConfigurationError

CONFIG = Path(__file__).parents[3] / "config"
EXAMPLES = [CONFIG / "domains.json", *sorted((CONFIG / "examples").glob("*.json"))]
PAGE = (CONFIG.parent / "docs" / "configuration.md").read_text("utf-8")
BLOCKS = re.findall(r"```json\n(.+?)```", PAGE, re.DOTALL)

SERVER = '"main": {"name": "Main", "address": "192.168.1.20"}'
EITHER = 'given 5, expected an object: {"fr": "…", "en": "…"} or a text in quotes'
DOMAIN = '"name": "Client 1", "server": "main", "url": "https://client1.example.org/"'


def text(servers=SERVER, domains=f'"client1": {{{DOMAIN}}}', more=""):
    """A configuration with its servers on line 2 and its domains on line 4."""
    return f'{{\n"servers": {{{servers}}},\n\n"domains": {{{domains}}}{more}\n}}'


@pytest.fixture
def read(tmp_path):
    def written(content) -> Configuration:
        path = tmp_path / "domains.json"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return load(path)

    return written


@pytest.fixture
def problems(read):
    def found(content) -> list[tuple[int | None, str, str]]:
        with pytest.raises(ConfigurationError) as caught:
            read(content)
        return [(one.line, one.key, one.message) for one in caught.value.problems]

    return found


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_loads_and_fits_the_schema(path):
    assert load(path).domains
    jsonschema.validate(json.loads(path.read_text()), schema())


@pytest.mark.parametrize("block", BLOCKS)
def test_every_block_of_the_page_on_configuration_fits_its_model(block):
    key, value = next(iter(json.loads(f"{{{block}}}").items()))
    fields = [
        model.__pydantic_fields__[key]
        for module in (document, domain, gateway, methods, server)
        for model in vars(module).values()
        if isinstance(model, type) and issubclass(model, Model) and key in model.model_fields
    ]
    assert any(_fits(field, value) for field in fields)


def _fits(field, value) -> bool:
    try:
        TypeAdapter(Annotated[field.annotation, field]).validate_python(value)
    except ValidationError:
        return False
    return True


def test_the_written_schema_is_that_of_the_models():
    assert (CONFIG / "domains.schema.json").read_text() == schema_text()


def test_the_schema_is_sound_and_describes_every_field():
    jsonschema.Draft202012Validator.check_schema(schema())
    for name, model in schema()["$defs"].items():
        for field, spec in model["properties"].items():
            assert "description" in spec or "$ref" in spec, f"{name}.{field}"


def test_the_schema_refuses_an_unknown_key():
    data = {"servers": {}, "domains": {}, "gatway": {}}
    with pytest.raises(jsonschema.ValidationError, match="gatway"):
        jsonschema.validate(data, schema())


def test_a_byte_order_mark_is_tolerated(read):
    assert read(b"\xef\xbb\xbf" + text().encode()).servers["main"].name == "Main"


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match=r"none\.json: there is no such file"):
        load(tmp_path / "none.json")


def test_a_folder_in_place_of_the_file_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot be read: Is a directory"):
        load(tmp_path)


def test_a_file_that_is_not_utf_8_names_the_line(problems):
    [(line, _, message)] = problems(b'{\n"name": "Caf\xe9"\n}')
    assert line == 2
    assert "save the file as UTF-8" in message


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ('{\n"a": 1,\n}', 2, "remove this comma before the closing bracket"),
        ('{\n"a": [1,\n]}', 2, "remove this comma before the closing bracket"),
        ('{\n"a": 1\n"b": 2}', 3, "expected a comma"),
        ('{\n"a" 1}', 2, "expected a colon after the key; found 1}"),
        ('{\n// no\n"a": 1}', 2, "JSON has no comments"),
        ("{\n'a': 1}", 2, "expected double quotes"),
        ("{\na: 1}", 2, "expected a key in double quotes"),
        ('{\n"a": "b\n"}', 2, "must close on the line where it begins"),
        ('{"a": 1}\n}', 2, "expected nothing more after the last bracket"),
        ('{\n"a": ', 2, "expected a value; found the end of the file"),
        ("", 1, "expected a value; found the end of the file"),
        ('{\n"a": NaN}', 2, "is not valid JSON"),
        ('{\n"a": "\\ud800"}', 2, "is not valid JSON"),
        ("[" * 100_000, None, "nested too deeply"),
    ],
)
def test_broken_json_is_told_by_its_line_in_plain_words(problems, content, line, words):
    [(found, key, message)] = problems(content)
    assert (found, key) == (line, "")
    assert words in message


@pytest.mark.parametrize("content", ["[]", "null", '"text"'])
def test_a_file_that_holds_no_object_is_refused(problems, content):
    assert "expected an object" in problems(content)[0][2]


def test_a_key_that_stands_twice_is_refused_with_both_lines(problems):
    content = text(SERVER + ",\n" + SERVER)
    [found] = problems(content)
    assert found == (3, "servers.main", "stands twice in this object, first on line 2")


def test_an_unknown_key_is_named_with_its_line_the_nearest_and_all_known(problems):
    [(line, key, message)] = problems(text(more=',\n"gateway": {\n"contct": "me"}'))
    assert (line, key) == (6, "gateway.contct")
    assert message == (
        'unknown key; did you mean "contact"? '
        "expected one of: timezone, admin, trusted_proxies, wakers, looks_per_second, contact"
    )


def test_the_line_is_that_of_the_key_not_of_its_value(problems):
    [(line, key, _)] = problems(text(more=',\n"gateway": {"contact":\n\n5}'))
    assert (line, key) == (5, "gateway.contact")


def test_a_missing_key_is_told_on_the_line_of_its_object(problems):
    [found] = problems(text('\n"main": {\n"name": "Main"\n}'))
    assert found == (
        3,
        "servers.main.address",
        "missing; expected: its IP address, or its name on the LAN",
    )


def test_a_place_in_a_list_is_named_by_its_number_and_line(problems):
    more = ',\n"gateway": {"trusted_proxies": [\n"10.0.0.0/8",\n"10.0.0.1/8"]}'
    [(line, key, message)] = problems(text(more=more))
    assert (line, key) == (7, "gateway.trusted_proxies[1]")
    assert "expected 10.0.0.0/8" in message


def test_an_id_that_is_not_allowed_is_told_in_words(problems):
    [found] = problems(text(domains=f'"Client 1": {{{DOMAIN}}}'))
    assert found == (
        4,
        'domains."Client 1"',
        'given "Client 1", expected lower-case letters, digits and hyphens, like client1',
    )


@pytest.mark.parametrize(
    ("written", "key", "message"),
    [
        ('"name": 5', "name", "given 5, expected a text in quotes"),
        ('"name": ""', "name", 'given "", expected at least 1 character'),
        ('"network": 5', "network", 'given 5, expected an object: {"method": "…"}'),
        ('"network": {"port": 22}', "network.method", 'missing; expected "ping" or "tcp"'),
        ('"network": {"method": "x"}', "network.method", 'given "x", expected "ping" or "tcp"'),
        (
            '"network": {"method": "tcp", "port": "22"}',
            "network.port",
            'given "22", expected a whole number',
        ),
        (
            '"network": {"method": "tcp", "port": 70000}',
            "network.port",
            "given 70000, expected at most 65535",
        ),
        (
            '"wake": {"method": "wol", "mac": []}',
            "wake.mac",
            "given a list, expected at least 1 entry",
        ),
        ('"wake": {"method": "wol", "mac": "aa", "port": 7}', "wake.mac", "'aa' is not a MAC"),
        ('"deadlines": {"docker": true}', "deadlines.docker", "given true, expected a number"),
        ('"deadlines": {"docker": 0}', "deadlines.docker", "given 0, expected more than 0"),
        ('"retry": {"attempts": 0}', "retry.attempts", "given 0, expected at least 1"),
        ('"retry": null', "retry", "given null, expected an object: {…}"),
        ('"retry": []', "retry", "given a list, expected an object: {…}"),
        (
            '"docker": {"url": "tcp://a:2375"}',
            "docker",
            'tcp:// needs "tls", or "allow_plain": true',
        ),
        (
            '"docker": {"url": "unix:///a", "allow_plain": 1}',
            "docker.allow_plain",
            "given 1, expected true or false",
        ),
    ],
)
def test_a_wrong_value_of_a_server_is_told_in_plain_words(problems, written, key, message):
    base = '"name": "Main", ' if not written.startswith('"name"') else ""
    [found] = problems(text(f'"main": {{{base}"address": "nas.lan",\n{written}}}'))
    assert found[:2] == (3, f"servers.main.{key}")
    assert found[2].startswith(message)


@pytest.mark.parametrize(
    ("page", "key", "message"),
    [
        ('"message": 5', "message", EITHER),
        ('"message": {"fr": "Oui"}', "message.en", "missing; expected: the text in English"),
        ('"message": {"fr": "a", "en": "b", "de": "c"}', "message.de", "unknown key; expected"),
        ('"accent": "red"', "accent", 'given "red", expected a colour like #1a6f5b'),
    ],
)
def test_a_union_is_told_once_and_its_branches_do_not_show_in_the_key(problems, page, key, message):
    [found] = problems(text(domains=f'"client1": {{{DOMAIN}, "page": {{\n{page}}}}}'))
    assert found[:2] == (5, f"domains.client1.page.{key}")
    assert found[2].startswith(message)


def test_a_secret_that_was_written_in_the_file_is_not_repeated(problems):
    wake = '"wake": {"method": "wol", "mac": "aa:bb:cc:dd:ee:ff", "secureon": "de:ad:be:ef:00:00"}'
    [(_, key, message)] = problems(text(f'"main": {{"name": "M", "address": "a", {wake}}}'))
    assert (key, message) == ("servers.main.wake.secureon", "given a text, expected an object: {…}")


def test_a_long_value_is_shortened(problems):
    [(_, _, message)] = problems(text(more=f',"gateway": {{"contact": [{"1," * 99}1]}}'))
    assert message == "given a list, expected a text in quotes"
    page = f'"page": {{"accent": "{"x" * 500}"}}'
    [(_, _, message)] = problems(text(domains=f'"client1": {{{DOMAIN}, {page}}}'))
    assert len(message) < 120


def test_all_problems_are_told_at_once_in_the_order_of_the_file(problems):
    servers = SERVER + ',\n"two": {"name": "Two", "adress": "nas"}'
    domains = f'"a": {{{DOMAIN}, "x": 1}},\n"b": {{{DOMAIN.replace("main", "mian")}}}'
    found = problems(text(servers, domains))
    assert [(line, key) for line, key, _ in found] == [
        (3, "servers.two.address"),
        (3, "servers.two.adress"),
        (5, "domains.a.x"),
        (6, "domains.b.server"),
    ]


def test_a_domain_on_a_server_that_is_itself_wrong_is_not_blamed(problems):
    [(_, key, _)] = problems(text('"main": {"name": "Main"}'))
    assert key == "servers.main.address"


def test_references_are_told_with_their_line(problems):
    [(line, key, message)] = problems(text(domains=f'"client1": {{{DOMAIN.replace("main", "x")}}}'))
    assert (line, key) == (4, "domains.client1.server")
    assert "expected one of: main" in message


@pytest.mark.parametrize("more", ["?page=1", "#top", "?"])
def test_the_address_for_visitors_has_neither_query_nor_fragment(problems, more):
    written = DOMAIN.replace(".org/", f".org/{more}")
    [(line, key, message)] = problems(text(domains=f'"client1": {{{written}}}'))
    assert (line, key) == (4, "domains.client1.url")
    assert "the visitor's path and query are appended" in message


def test_a_file_without_any_domain_is_refused(problems):
    [(line, key, message)] = problems(text(domains=""))
    assert (line, key) == (4, "domains")
    assert message.startswith("no domain is configured; expected at least one")


def test_one_value_in_the_place_of_a_list_is_not_numbered(problems):
    wake = '"wake": {"method": "wol", "mac": "aa"}'
    [(_, key, _)] = problems(text(f'"main": {{"name": "Main", "address": "nas", {wake}}}'))
    assert key == "servers.main.wake.mac"


def test_a_text_in_the_place_of_an_object_is_told_its_keys(problems):
    [(_, key, message)] = problems(text(domains=f'"client1": {{{DOMAIN}, "health": "http://a"}}'))
    assert key == "domains.client1.health"
    assert message == 'given a text, expected an object: {"url": "…"}'


def test_a_host_name_of_two_domains_is_told_at_its_second_place(problems):
    one = f'"one": {{{DOMAIN}, "hosts": ["a.org"]}}'
    two = f'"two": {{{DOMAIN}, "hosts": ["b.org",\n"a.org"]}}'
    [(line, key, _)] = problems(text(domains=f"{one}, {two}"))
    assert (line, key) == (5, "domains.two.hosts[1]")


def test_files_that_are_named_count_from_the_configuration(tmp_path, read):
    page = f'"client1": {{{DOMAIN}, "page": {{\n"logo": "logo.svg"}}}}'
    config = read(text(domains=page))
    [problem] = check_files(config, tmp_path / "domains.json")
    assert (problem.line, problem.key) == (5, "domains.client1.page.logo")
    assert str(tmp_path / "logo.svg") in problem.message
    (tmp_path / "logo.svg").touch()
    assert check_files(config, tmp_path / "domains.json") == []


def test_the_first_example_lacks_only_its_certificates():
    problems = check_files(load(EXAMPLES[0]), EXAMPLES[0])
    assert [problem.key.rpartition(".")[2] for problem in problems] == ["ca", "cert", "key"]
    assert {problem.line for problem in problems} == {13}
    hint = 'or remove "docker" and "project" to begin without'
    assert all(problem.message.endswith(hint) for problem in problems)


def test_a_file_that_hall_may_not_read_is_told(tmp_path, read, monkeypatch):
    page = f'"client1": {{{DOMAIN}, "page": {{"logo": "logo.svg"}}}}'
    (tmp_path / "logo.svg").touch()
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    [problem] = check_files(read(text(domains=page)), tmp_path / "domains.json")
    assert "a file that Hall may read" in problem.message

import pytest
from pydantic import ValidationError

from hall.core.config.base import SecretSource
from hall.core.config.document import Configuration
from hall.core.config.domain import (
    AccessConfig,
    DomainConfig,
    HealthConfig,
    PageConfig,
    ProjectConfig,
)
from hall.core.config.fields import FilePath
from hall.core.config.gateway import GatewayConfig
from hall.core.config.likely_mistakes import doubtful
from hall.core.config.methods import DockerConfig, TcpCheck, TlsConfig, WolWake
from hall.core.config.references import cross_check
from hall.core.config.server import ServerConfig
from hall.core.config.urls import bare
from tests.support.small_hall import a_document

MAC = "aa:bb:cc:dd:ee:ff"
TLS = {"ca": "ca.pem", "cert": "cert.pem", "key": "key.pem"}


def server(**more: object):
    return {"name": "Main", "address": "192.168.1.20", **more}


def domain(**more: object):
    return {"name": "Client 1", "server": "main", "url": "https://client1.example.org/", **more}


def configuration(**domains: object):
    return Configuration.model_validate({"servers": {"main": server()}, "domains": domains})


def refusal(model, **values: object):
    with pytest.raises(ValidationError) as caught:
        model.model_validate(values)
    return " ".join(error["msg"] for error in caught.value.errors())


@pytest.mark.parametrize("written", [MAC, "AA-BB-CC-DD-EE-FF", "aabb.ccdd.eeff", "AABBCCDDEEFF"])
def test_a_mac_address_may_be_written_in_every_usual_way(written):
    assert WolWake.model_validate({"method": "wol", "mac": written}).mac == (MAC,)


def test_several_mac_addresses_may_be_given():
    assert WolWake.model_validate({"method": "wol", "mac": [MAC, MAC]}).mac == (MAC, MAC)


@pytest.mark.parametrize("written", ["aa:bb:cc:dd:ee", "zz:bb:cc:dd:ee:ff", ""])
def test_what_is_no_mac_address_is_refused_by_name(written):
    assert f"{written!r} is not a MAC address" in refusal(WolWake, method="wol", mac=written)


def test_a_wake_needs_at_least_one_mac_address():
    assert "at least 1" in refusal(WolWake, method="wol", mac=[])
    assert "valid tuple" in refusal(WolWake, method="wol", mac=5)


@pytest.mark.parametrize("address", ["192.168.1.20", "fd00::20", "nas.lan", "nas", "my_nas.lan."])
def test_a_server_has_an_address_or_a_name(address):
    assert ServerConfig.model_validate(server(address=address)).address == address


def test_addresses_and_names_are_kept_in_their_usual_form():
    assert ServerConfig.model_validate(server(address="FD00:0::20")).address == "fd00::20"
    assert ServerConfig.model_validate(server(address="NAS.lan")).address == "nas.lan"


@pytest.mark.parametrize("address", ["192.168.1.256", "192.168.1", "fd00::20::1"])
def test_a_mistyped_address_does_not_pass_for_a_name(address):
    assert f"{address!r} is not an IP address" in refusal(ServerConfig, **server(address=address))


def test_what_is_neither_address_nor_name_is_refused():
    assert "'a b' is not a host name" in refusal(ServerConfig, **server(address="a b"))


def test_destinations_are_addresses_as_text_or_ready_made():
    wake = WolWake(method="wol", mac=MAC, destinations=["192.168.1.255"])
    assert WolWake(method="wol", mac=MAC, destinations=wake.destinations) == wake
    assert "not an IP address" in refusal(WolWake, method="wol", mac=MAC, destinations=["eth0"])
    assert "expected an IP address" in refusal(WolWake, method="wol", mac=MAC, destinations=[5])


def test_an_access_list_holds_networks_and_addresses():
    access = AccessConfig(allow=["192.168.1.0/24", "2001:db8::/48", "203.0.113.7"])
    assert [str(one) for one in access.allow][2] == "203.0.113.7/32"
    assert AccessConfig(allow=access.allow) == access


def test_an_address_that_is_meant_as_a_network_is_told_which():
    assert "expected 192.168.1.0/24, or" in refusal(AccessConfig, allow=["192.168.1.20/24"])
    assert "expected CIDR" in refusal(AccessConfig, allow=["home"])
    assert "expected a network" in refusal(AccessConfig, allow=[5])


def test_a_domain_that_names_nobody_lets_in_private_networks_only():
    nets = [str(one) for one in DomainConfig.model_validate(domain()).access.allow]
    assert "192.168.0.0/16" in nets
    assert not any(one.endswith("/0") for one in nets)


@pytest.mark.parametrize(
    "url", ["ftp://a/", "client1", "http://", "http://[", "http://a:99999/", "http://a/\r\nX: 1"]
)
def test_what_is_no_web_address_is_refused(url):
    assert "is not a web address" in refusal(HealthConfig, url=url)


@pytest.mark.parametrize(
    "host", ["☃.com", "1.2.3.256", "a..b", ".a", "-a", "a,b", "a%20b", "a" * 64, "[fe80::1%25eth0]"]
)
def test_a_web_address_has_a_host_that_can_be_asked_for(host):
    assert "in its xn--… form" in refusal(HealthConfig, url=f"http://{host}:8080/")
    assert "tcp://host:port" in refusal(DockerConfig, url=f"tcp://{host}:2375", allow_plain=True)


@pytest.mark.parametrize(
    "host", ["A.example.", "my_app", "xn--caf-dma.fr", "10.0.0.1", "[fd00::1]"]
)
def test_a_web_address_may_name_its_host_in_every_usual_way(host):
    url = f"http://{host}:8080/?q#f"
    assert HealthConfig(url=url).url == url


def test_what_can_be_appended_to_has_neither_query_nor_fragment():
    assert bare("https://client1.example.org/shop/")
    assert [url for url in ("http://a/?", "http://a/?b=1", "http://a/#top") if bare(url)] == []


def test_a_web_address_names_no_user():
    assert "expected a web address without one" in refusal(HealthConfig, url="http://me@a.org/")


@pytest.mark.parametrize(
    "url",
    ["https://hall:secret@a.org/", "ftp://hall:secret@a.org/", "http://x:secret@a.org:99999/"],
)
def test_a_web_address_with_a_password_is_refused_without_repeating_it(url):
    text = refusal(HealthConfig, url=url)
    assert "expected" in text
    assert "secret@" not in text


@pytest.mark.parametrize("url", ["unix:///var/run/docker.sock", "tcp://192.168.1.20:2375"])
def test_docker_is_reached_by_a_socket_or_a_port(url):
    assert DockerConfig(url=url, allow_plain=True).url == url


@pytest.mark.parametrize(
    "url",
    ["tcp://a", "tcp://a:0", "unix://a/b", "unix:a", "ftp://a:22", "tcp://a:1/x", "tcp://a:1?x"],
)
def test_other_ways_to_docker_are_refused(url):
    assert "expected tcp://host:port, unix:///" in refusal(DockerConfig, url=url)


def test_a_docker_port_without_certificates_must_be_meant():
    assert "allow_plain" in refusal(DockerConfig, url="tcp://a:2375")
    assert DockerConfig(url="tcp://a:2376", tls=TLS).tls == TlsConfig(**TLS)
    assert "for tcp:// only" in refusal(DockerConfig, url="unix:///a", tls=TLS)


def test_a_secret_comes_from_exactly_one_place():
    assert "exactly one" in refusal(SecretSource)
    assert "exactly one" in refusal(SecretSource, env="A", file="b")
    assert SecretSource(env="A").file is None


def test_a_project_is_a_compose_name_or_containers():
    assert "exactly one" in refusal(ProjectConfig)
    assert "exactly one" in refusal(ProjectConfig, compose="a", containers=["b"])
    assert ProjectConfig(containers=["b"]).compose is None


@pytest.mark.parametrize(
    ("key", "name", "told"),
    [
        ("containers", ["/web9"], "'/web9' is not the name of a container; expected letters"),
        ("containers", ["/web9"], "as `docker ps` shows it, like web9"),
        ("containers", ["web", "a b"], "'a b' is not the name of a container"),
        ("containers", [""], "'' is not the name of a container"),
        ("compose", "My Shop", "as `docker compose ls` shows it, like myshop"),
        ("compose", "", "'' is not the name of a Compose project"),
        ("compose", "-", "as `docker compose ls` shows it"),
    ],
)
def test_a_name_that_docker_would_not_take_is_refused_and_the_right_one_proposed(key, name, told):
    assert told in refusal(ProjectConfig, **{key: name})


def test_what_is_named_and_left_out_is_refused():
    words = refusal(ProjectConfig, containers=["web", "db"], leave_out=["db"])
    assert "'db' is named in \"containers\" and left out" in words
    assert ProjectConfig(compose="shop", leave_out=["reset-db"]).leave_out == ("reset-db",)


def test_a_container_that_is_named_twice_is_refused():
    assert "'web' is named twice" in refusal(ProjectConfig, containers=["web", "db", "web"])


def test_a_scheme_in_capitals_means_the_same():
    """What goes by it, like whether a certificate is checked, looks for small letters."""
    assert HealthConfig(url="HTTPS://Site.example/A").url == "https://Site.example/A"


def test_files_count_from_the_folder_that_the_reader_names():
    context = {"folder": "/etc/hall"}
    inside = PageConfig.model_validate({"logo": "logo.svg"}, context=context).logo
    absolute = PageConfig.model_validate({"logo": "/logo.svg"}, context=context).logo
    assert (inside, absolute) == ("/etc/hall/logo.svg", "/logo.svg")
    assert isinstance(inside, FilePath)
    assert PageConfig(logo="logo.svg").logo == "logo.svg"


def test_the_configuration_cannot_be_changed_once_read():
    check = TcpCheck(method="tcp", port=22)
    with pytest.raises(ValidationError, match="frozen"):
        check.port = 23


def test_a_sound_configuration_holds_together():
    assert cross_check(configuration(client1=domain(), client2=domain())) == []


def test_a_domain_needs_a_server_that_exists():
    [(place, text)] = cross_check(configuration(client1=domain(server="mian")))
    assert (place, text) == (
        ("domains", "client1", "server"),
        "no server 'mian'; expected one of: main",
    )


def test_a_domain_without_any_server_to_choose_from_is_told_so():
    config = Configuration.model_validate({"servers": {}, "domains": {"client1": domain()}})
    assert cross_check(config)[0][1] == "no server 'main'; expected one of: none"


def test_containers_need_a_server_with_docker():
    [(place, text)] = cross_check(configuration(client1=domain(project={"compose": "client1"})))
    assert place == ("domains", "client1", "project")
    assert 'has no "docker"' in text


def test_a_domain_may_not_take_a_path_of_halls_own():
    [(place, text)] = cross_check(configuration(api=domain()))
    assert place == ("domains", "api")
    assert "choose another id" in text


def test_two_domains_may_not_share_a_host_name():
    one, two = domain(hosts=["a.org", "A.org"]), domain(hosts=["b.org", "A.ORG"])
    [(place, text)] = cross_check(configuration(client1=one, client2=two))
    assert place == ("domains", "client2", "hosts", 1)
    assert "belongs to domain 'client1' already" in text


def test_the_admin_page_may_not_share_a_host_name_with_a_domain():
    one = domain(hosts=["one.example"])
    config = configuration(client1=one).model_copy(
        update={"gateway": GatewayConfig(admin={"hosts": ["hall.example", "one.example"]})}
    )
    [(place, text)] = cross_check(config)
    assert place == ("gateway", "admin", "hosts", 1)
    assert text == "'one.example' belongs to domain 'client1'; expected a name of Hall's own"


@pytest.mark.parametrize("everybody", ["0.0.0.0/0", "::/0", "::ffff:0.0.0.0/96"])
@pytest.mark.parametrize("key", ["trusted_proxies", "admin"])
def test_everybody_is_neither_a_trusted_proxy_nor_an_admin(key, everybody):
    given = {"allow": [everybody]} if key == "admin" else [everybody]
    with pytest.raises(ValidationError, match="is everybody"):
        GatewayConfig.model_validate({key: given})


def test_an_ipv4_network_may_be_written_mapped():
    networks = ["::ffff:203.0.113.0/120", "::ffff:192.0.2.1", "::/80", "2001:db8::/32"]
    access = AccessConfig.model_validate({"allow": networks})
    assert [str(network) for network in access.allow] == [
        *("203.0.113.0/24", "192.0.2.1/32", "::/80", "2001:db8::/32"),
    ]


def test_host_names_without_a_trusted_proxy_are_doubtful():
    document = a_document()
    assert list(doubtful(Configuration.model_validate(document))) == []
    document["gateway"]["trusted_proxies"] = []
    [(place, text)] = doubtful(Configuration.model_validate(document))
    assert (place, "trusted_proxies" in text) == (("domains", "client1", "hosts"), True)
    del document["domains"]["client1"]["hosts"]
    assert list(doubtful(Configuration.model_validate(document))) == []


@pytest.mark.parametrize("framer", ["https://dash.example.org", "http://[::1]:8123", "http://nas"])
def test_who_may_frame_the_page_is_an_origin(framer):
    assert PageConfig(framed_by=(framer,)).framed_by == (framer,)


@pytest.mark.parametrize(
    "framer",
    [
        *("dash.example.org", "*", "https://*.example.org", "'self'", "https://dash.example.org/"),
        *("https://Dash.example.org", "https://u@dash.example.org", "https://x;y", "https://x y"),
        *("https://dash.example.org:", "https://dash.example.org?x", "data:", "null", "https://"),
    ],
)
def test_what_is_no_origin_frames_no_page(framer):
    with pytest.raises(ValidationError, match="is not an origin"):
        PageConfig(framed_by=(framer,))

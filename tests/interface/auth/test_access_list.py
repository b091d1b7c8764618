from hall.interface.auth.access_list import own_origin


def test_scripts_and_own_pages_may_change_state_and_other_sites_may_not():
    known = {"gate"}
    assert own_origin(None, None, known=known)
    assert own_origin("http://gate:8080", "same-origin", known=known)
    assert not own_origin("https://evil.example", "cross-site", known=known)
    assert not own_origin("null", "cross-site", known=known)
    assert not own_origin("http://[", "cross-site", known=known)
    assert not own_origin(None, "cross-site", known=known)

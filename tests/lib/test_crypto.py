"""Secrets at rest."""

import pytest

from annexa.lib import crypto


def test_what_was_encrypted_is_read_again_and_does_not_show():
    box = crypto.encrypt("JBSWY3DPEHPK3PXP", "second-factor")
    assert "JBSWY3DPEHPK3PXP" not in box
    assert crypto.decrypt(box, "second-factor") == "JBSWY3DPEHPK3PXP"


def test_the_same_secret_never_looks_the_same():
    assert crypto.encrypt("same", "x") != crypto.encrypt("same", "x")


def test_one_purpose_does_not_open_another():
    with pytest.raises(crypto.Unreadable):
        crypto.decrypt(crypto.encrypt("secret", "second-factor"), "single-sign-on")


def test_a_changed_text_is_refused():
    box = crypto.encrypt("secret", "x")
    with pytest.raises(crypto.Unreadable):
        crypto.decrypt(box[:-6] + "AAAAAA", "x")


def test_an_old_key_still_opens_while_it_is_a_fallback(settings):
    box, old = crypto.encrypt("secret", "x"), settings.SECRET_KEY
    settings.SECRET_KEY = "n" * 50
    with pytest.raises(crypto.Unreadable, match="ANNEXA_SECRET_KEY_FALLBACKS"):
        crypto.decrypt(box, "x")
    settings.SECRET_KEY_FALLBACKS = [old]
    assert crypto.decrypt(box, "x") == "secret"

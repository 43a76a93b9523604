"""Certificates of one cluster: who gets which key, for how long, and what stays as it was."""

import datetime
import json
import ssl
import stat
import subprocess
import sys

import pytest
import yaml
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from fordel_dask.errors import ClusterError, UsageError
from fordel_dask.graph.certificates import make_certificates, require_certificates
from fordel_dask.graph.settings import SETTINGS
from tests.lib.recipe import done

ROLES = ("scheduler", "worker", "client")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    out = tmp_path_factory.mktemp("certificates") / "certs"
    make_certificates(out, days=3, hosts=["node1", "10.1.0.7"])
    return out


def certificate(made, role, name="certificate.pem"):
    return x509.load_pem_x509_certificate((made / role / name).read_bytes())


def extension(one, kind):
    return one.extensions.get_extension_for_class(kind)


def lookup(tree, dotted):
    for name in dotted.split("."):
        tree = tree[name]
    return tree


CERTIFICATES = (
    "S2",
    "certificates made for a cluster, and what they may do",
    1,
    "the authority's key is written nowhere, all else is its owner's (0600, 0700), each role for its purpose",
)


def test_only_the_owner_can_read_anything(made, evidence):
    modes = {stat.S_IMODE(path.stat().st_mode) for path in made.rglob("*") if path.is_file()}
    folders = {stat.S_IMODE(path.stat().st_mode) for path in (made, *made.rglob("*")) if path.is_dir()}
    assert (modes, folders) == ({0o600}, {0o700})
    evidence.note(*CERTIFICATES)


def test_the_key_of_the_authority_is_nowhere(made, evidence):
    authority = certificate(made, "worker", "authority.pem").public_key()
    keys = list(made.rglob("*key*"))
    assert len(keys) == 3
    for key in keys:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_cert_chain(key.with_name("certificate.pem"), key)  # refuses a key that is not the certificate's
        assert certificate(made, key.parent.name).public_key() != authority
    evidence.note(*CERTIFICATES)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_signed_by_the_authority_for_its_own_purpose(made, role, evidence):
    one = certificate(made, role)
    one.verify_directly_issued_by(certificate(made, role, "authority.pem"))
    purposes = {ExtendedKeyUsageOID.CLIENT_AUTH} | ({ExtendedKeyUsageOID.SERVER_AUTH} if role != "client" else set())
    assert set(extension(one, x509.ExtendedKeyUsage).value) == purposes
    assert extension(one, x509.BasicConstraints).critical
    assert not extension(one, x509.BasicConstraints).value.ca
    assert one.public_key().curve.name == "secp256r1"
    evidence.note(*CERTIFICATES)


def test_the_authority_may_sign_certificates_but_no_further_authority(made):
    constraints = extension(certificate(made, "client", "authority.pem"), x509.BasicConstraints)
    assert (constraints.critical, constraints.value.ca, constraints.value.path_length) == (True, True, 0)


def test_hosts_stand_in_the_certificates(made):
    names = extension(certificate(made, "worker"), x509.SubjectAlternativeName).value
    assert "node1" in names.get_values_for_type(x509.DNSName)
    assert "10.1.0.7" in map(str, names.get_values_for_type(x509.IPAddress))


def test_they_are_valid_on_a_machine_whose_clock_is_half_an_hour_late_and_end_in_days(made):
    now, one = datetime.datetime.now(datetime.UTC), certificate(made, "scheduler")
    assert one.not_valid_before_utc < now - datetime.timedelta(minutes=30)
    assert now + datetime.timedelta(days=2) < one.not_valid_after_utc < now + datetime.timedelta(days=4)


def test_the_configuration_of_all_roles_has_every_setting_and_demands_encryption(made):
    settings = yaml.safe_load((made / "dask.yaml").read_text("utf-8"))
    assert {name: lookup(settings, name) for name in SETTINGS} == dict(SETTINGS)
    assert lookup(settings, "distributed.comm.require-encryption") is True
    for role in ROLES:
        assert lookup(settings, f"distributed.comm.tls.{role}.key") == str(made / role / "key.pem")


@pytest.mark.parametrize("role", ROLES)
def test_the_folder_of_a_role_names_no_key_of_another(made, role):
    text = (made / role / "dask.yaml").read_text("utf-8")
    assert [other for other in ROLES if str(made / other) in text] == [role]


def test_a_folder_that_lies_elsewhere_on_the_machines_is_named_as_it_is_found_there(tmp_path):
    done_there = done(["fordel", "cluster", "certs", "--out", tmp_path / "c", "--lies-at", "/run/certs", "--json"])
    assert json.loads(done_there.stdout)["folder"] == "/run/certs"
    settings = yaml.safe_load((tmp_path / "c" / "worker" / "dask.yaml").read_text("utf-8"))
    assert lookup(settings, "distributed.comm.tls.ca-file") == "/run/certs/worker/authority.pem"


def test_earlier_certificates_of_ours_are_replaced_whole(tmp_path):
    first = make_certificates(tmp_path / "certs", days=1)
    second = make_certificates(tmp_path / "certs", days=1)
    assert first.authority_sha256 != second.authority_sha256
    assert [path.name for path in tmp_path.iterdir()] == ["certs"]


@pytest.mark.parametrize("what", ["a folder of letters", "a file", "a link elsewhere"])
def test_what_is_not_ours_is_left_alone(tmp_path, what):
    out, thesis = tmp_path / "out", tmp_path / "letters" / "thesis.txt"
    thesis.parent.mkdir()
    thesis.write_text("years of work", "utf-8")
    if what == "a file":
        out.write_text("years of work", "utf-8")
    elif what == "a link elsewhere":
        out.symlink_to(thesis.parent)
    out = thesis.parent if what == "a folder of letters" else out
    with pytest.raises(UsageError, match="Nothing was touched"):
        make_certificates(out, days=1)
    assert thesis.read_text("utf-8") == "years of work"


@pytest.mark.parametrize("host", ["båd.example", "one two", ""])
def test_a_host_that_cannot_be_one_is_refused(tmp_path, host):
    with pytest.raises(UsageError, match="is no host name"):
        make_certificates(tmp_path / "certs", days=1, hosts=[host])


def test_without_the_library_it_says_how_to_get_it(tmp_path):
    code = "import sys; sys.modules['cryptography'] = None; from fordel_dask.cli import main; main()"
    command = [sys.executable, "-c", code, "cluster", "certs", "--out", str(tmp_path / "certs")]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (said.returncode, (tmp_path / "certs").exists()) == (61, False)
    assert "pip install cryptography" in said.stderr


def test_certificates_that_have_ended_are_told_before_anybody_is_asked(tmp_path, monkeypatch):
    import dask

    make_certificates(tmp_path / "certs", days=1)
    settings = yaml.safe_load((tmp_path / "certs" / "dask.yaml").read_text("utf-8"))
    with dask.config.set(settings):
        until = require_certificates("tls://10.1.0.1:8786")
        assert until > datetime.datetime.now(datetime.UTC)
        monkeypatch.setattr("fordel_dask.graph.certificates.now", lambda: until + datetime.timedelta(seconds=1))
        with pytest.raises(ClusterError, match=r"ended on .*fordel cluster certs"):
            require_certificates("tls://10.1.0.1:8786")


def test_a_scheduler_on_this_machine_without_encryption_needs_no_certificates():
    assert require_certificates("tcp://127.0.0.1:8786") is None

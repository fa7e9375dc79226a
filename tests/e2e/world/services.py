"""A private Sigstore on loopback: Fulcio, a timestamp authority and Rekor v2 as they are released, and
a double of what they need (OpenID provider, certificate transparency log, Rekor v1).

Everything runs in the network namespace that script/e2e made for it, where nothing else listens and
from where nothing is reached: two of the programs serve metrics on every interface, at fixed ports."""

import ctypes
import fcntl
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# pylint: disable=wrong-import-position
from gate import wait_until

DOUBLE, TSA, REKOR, FULCIO = "127.0.0.1:3001", "127.0.0.1:3002", "localhost:3003", "127.0.0.1:3004"
START = "2026-01-01T00:00:00Z"
WORKFLOW = "acme/ship/.github/workflows/release.yaml@refs/tags/v1.2.3"


def loopback_up():
    """What `ip link set lo up` does, without that program."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        request = bytearray(struct.pack("16sh22x", b"lo", 0))
        fcntl.ioctl(handle, 0x8913, request)          # SIOCGIFFLAGS
        flags = struct.unpack_from("h", request, 16)[0]
        fcntl.ioctl(handle, 0x8914, struct.pack("16sh22x", b"lo", flags | 1))   # SIOCSIFFLAGS, IFF_UP


def openssl(*arguments, stdin=None):
    done = subprocess.run(["openssl", *arguments], input=stdin, capture_output=True, check=False)
    assert done.returncode == 0, f"openssl {' '.join(arguments)}: {done.stderr.decode()[-400:]}"
    return done.stdout


def write(path, text):
    with open(path, "w" if isinstance(text, str) else "wb", encoding="utf-8" if isinstance(text, str) else None) as out:
        out.write(text)
    return path


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


class Chain:
    """Root, intermediate and (with `leaf`, its extensions) a leaf; P-384, by openssl. `pem` holds leaf,
    intermediate, root; `key` is the leaf's, or else the intermediate's."""

    def __init__(self, folder, name, eku, leaf=None, curve="P-384"):
        def certificate(who, subject, extensions, issuer=None, curve="P-384"):
            config = write(f"{folder}/{who}.cnf", "[req]\nprompt=no\ndistinguished_name=dn\n"
                           f"x509_extensions=ext\n[dn]\nO=acme.example\nCN={subject}\n[ext]\n"
                           "subjectKeyIdentifier=hash\n" + extensions)
            signer = [] if issuer is None else ["-CA", f"{folder}/{issuer}.crt", "-CAkey", f"{folder}/{issuer}.key"]
            openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", f"ec_paramgen_curve:{curve}", "-nodes", "-sha384",
                    "-days", "3650", "-config", config, "-keyout", f"{folder}/{who}.key", "-out",
                    f"{folder}/{who}.crt", *signer)
            return f"{folder}/{who}"
        root, middle = f"{name}-root", f"{name}-intermediate"
        authority = "basicConstraints=critical,CA:TRUE{}\nkeyUsage=critical,keyCertSign,cRLSign\n"
        paths = [certificate(root, root, authority.format("")),
                 certificate(middle, middle, authority.format(",pathlen:0") + f"extendedKeyUsage={eku}\n", root)]
        if leaf:
            paths.append(certificate(f"{name}-leaf", f"{name}-leaf", leaf, middle, curve))
        self.key = paths[-1] + ".key"
        self.root = paths[0] + ".crt"
        self.pem = write(f"{folder}/{name}-chain.pem", "".join(read(path + ".crt") for path in reversed(paths)))


class Services:
    """Started by the constructor. Each ends with this process, whatever becomes of it."""

    def __init__(self, state, program):
        self.folder = f"{state}/sigstore"
        os.makedirs(f"{self.folder}/log2", exist_ok=True)
        self._program = program
        self._state = state
        self._started = []
        self.base = f"http://{DOUBLE}"
        self.github, self.people = self.base + "/oidc/github", self.base + "/oidc/people"
        self._double()
        self._timestamp_authority()
        self._rekor()
        self._fulcio()
        wait_until(self._all_answer, 60, "Sigstore answers")

    def _start(self, name, *arguments, **environment):
        libc = ctypes.CDLL(None)
        with open(f"{self._state}/log/{name}.log", "ab") as log:
            self._started.append((name, subprocess.Popen(
                [self._program(name), *arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=self.folder, env={"PATH": os.environ["PATH"], "HOME": self.folder, **environment},
                preexec_fn=lambda: libc.prctl(1, signal.SIGKILL))))   # PR_SET_PDEATHSIG

    def _double(self):
        self._start("sigstore-double", "-listen", DOUBLE)
        wait_until(lambda: self._get(self.base + "/ct/key"), 20, "the double answers")
        self.ct_key = write(f"{self.folder}/ct.pub", self._get(self.base + "/ct/key"))
        self.rekor1_key = write(f"{self.folder}/rekor1.pub", self._get(self.base + "/api/v1/log/publicKey"))

    def _timestamp_authority(self):
        self.tsa_chain = Chain(self.folder, "tsa", "timeStamping", "keyUsage=critical,digitalSignature\n"
                               "extendedKeyUsage=critical,timeStamping\n")
        host, port = TSA.split(":")
        self.tsa = f"http://{TSA}/api/v1/timestamp"
        self._start("timestamp-server", "serve", "--host", host, "--port", port, "--disable-ntp-monitoring",
                    "--timestamp-signer", "file", "--timestamp-signer-hash", "sha384", "--file-signer-key-path",
                    self.tsa_chain.key, "--certificate-chain-path", self.tsa_chain.pem, "--file-signer-passwd", "")

    def _rekor(self):
        key = f"{self.folder}/rekor2.key"
        openssl("genpkey", "-algorithm", "ED25519", "-out", key)
        self.rekor2_key = f"{self.folder}/rekor2.pub"
        openssl("pkey", "-in", key, "-pubout", "-out", self.rekor2_key)
        host, port = REKOR.split(":")
        # Its name in checkpoints must be the host of its address.
        self._start("rekor-tiles", "serve", "--hostname", host, "--http-port", port, "--grpc-port", "3013",
                    "--http-metrics-port", "3023", "--signer-filepath", key, "--storage-dir", f"{self.folder}/log2",
                    "--checkpoint-interval", "1s", "--batch-max-age", "200ms")

    def _fulcio(self):
        self.fulcio_chain = Chain(self.folder, "fulcio", "codeSigning")
        key = f"{self.folder}/fulcio-encrypted.key"
        openssl("pkcs8", "-topk8", "-v2", "aes-256-cbc", "-in", self.fulcio_chain.key, "-passout", "pass:fulcio",
                "-out", key)
        config = {"OIDCIssuers": {
            self.github: {"IssuerURL": self.github, "ClientID": "sigstore", "Type": "github-workflow"},
            self.people: {"IssuerURL": self.people, "ClientID": "sigstore", "Type": "email"}}}
        host, port = FULCIO.split(":")
        self.fulcio = f"http://{FULCIO}"
        self._start("fulcio", "serve", "--host", host, "--port", port, "--grpc-host", host, "--grpc-port", "3014",
                    "--metrics-port", "3024", "--ca", "fileca", "--fileca-cert", self.fulcio_chain.pem, "--fileca-key",
                    key, "--fileca-key-passwd", "fulcio", "--fileca-watch=false", "--ct-log-url", self.base,
                    "--config-path", write(f"{self.folder}/fulcio.json", json.dumps(config)),
                    "--legacy-unix-domain-socket", "@portreeve-e2e-fulcio")

    @staticmethod
    def _get(address):
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return answer.read().decode()
        except OSError:
            return None

    def _all_answer(self):
        for name, process in self._started:
            assert process.poll() is None, f"{name} ended: {read(f'{self._state}/log/{name}.log')[-600:]}"
        return (self._get(f"http://{TSA}/ping") is not None and self._get(f"http://{REKOR}/healthz") is not None
                and self._get(f"{self.fulcio}/api/v2/trustBundle") is not None)

    def stop(self):
        for _, process in self._started:
            process.kill()
            process.wait()

    def token(self, workflow=WORKFLOW, person=None, lifetime=3600):
        """A file with a token of GitHub's shape, or of `person` (an email address)."""
        now = int(__import__("time").time())
        claims = {"aud": "sigstore", "iat": now, "nbf": now - 5, "exp": now + lifetime}
        if person:
            claims |= {"iss": self.people, "sub": person, "email": person, "email_verified": True}
        else:
            repository, _, _ = workflow.partition("/.github/")
            path, _, ref = workflow.partition("@")
            sha = "0123456789abcdef0123456789abcdef01234567"
            claims |= {"iss": self.github, "sub": f"repo:{repository}:ref:{ref}", "job_workflow_ref": workflow,
                       "sha": sha, "event_name": "push", "repository": repository, "workflow": path.rpartition("/")[2],
                       "ref": ref, "job_workflow_sha": sha, "runner_environment": "github-hosted",
                       "repository_id": "41", "repository_owner": repository.partition("/")[0],
                       "repository_owner_id": "42", "repository_visibility": "public", "workflow_ref": workflow,
                       "workflow_sha": sha, "run_id": "43", "run_attempt": "1"}
        request = urllib.request.Request(self.base + "/oidc/sign", json.dumps(claims).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=10) as answer:
            return write(f"{self.folder}/token-{person or workflow.replace('/', '_')}", answer.read().decode())

"""Real cosign, 2 and 3, as people run it: keys, signatures, attestations, verification. Offline: no
OIDC, no public log, no TUF."""

import contextlib
import json
import os
import subprocess

PASSWORD = "a key's password"


class Cosign:
    """`version` is 2 or 3. What it writes goes to `registry`, with its certificate authority and
    credentials and nothing else of the environment."""

    def __init__(self, run, version, registry):
        self.version = version
        self.registry = registry
        self._program = run.program(f"cosign{version}")
        self._folder = f"{run.state}/cosign"
        os.makedirs(self._folder, exist_ok=True)
        self._environment = {"PATH": os.environ["PATH"], "HOME": f"{run.state}/home",
                             "SSL_CERT_FILE": registry.ca, "DOCKER_CONFIG": registry.docker_config,
                             "COSIGN_PASSWORD": PASSWORD, "SIGSTORE_NO_CACHE": "true",
                             "TUF_ROOT": f"{run.state}/home/tuf"}
        # Without one cosign 3 asks TUF for one.
        self._signing_config = f"{self._folder}/signing-config.json"
        with open(self._signing_config, "w", encoding="utf-8") as file:
            json.dump({"mediaType": "application/vnd.dev.sigstore.signingconfig.v0.2+json"}, file)
        # Printed commands say `cosign`; they are run from several threads, so the name stands before the first.
        self._named = f"{self._folder}/bin{version}"
        os.makedirs(self._named, exist_ok=True)
        with contextlib.suppress(FileExistsError):   # one of this version for another registry
            os.symlink(self._program, f"{self._named}/cosign")

    def run(self, *arguments, environment=None, check=True):
        """CompletedProcess; fails unless it ended with 0 or `check` is false."""
        done = subprocess.run([self._program, *arguments], stdin=subprocess.DEVNULL, text=True,
                              capture_output=True, timeout=120, check=False,
                              env={**self._environment, **(environment or {})})
        assert done.returncode == 0 or not check, \
            f"cosign {self.version} {' '.join(arguments)}: {done.returncode} {done.stderr.strip()[-600:]}"
        return done

    def shell(self, command):
        """A printed `cosign …` command line, run by a shell: (exit status, text)."""
        done = subprocess.run(["sh", "-c", command], stdin=subprocess.DEVNULL, text=True, cwd=self._folder,
                              capture_output=True, timeout=120, check=False,
                              env={**self._environment, "PATH": f"{self._named}:{os.environ['PATH']}"})
        return done.returncode, done.stdout + done.stderr

    def key_pair(self, name):
        """An encrypted key of cosign's own kind: NAME.key and NAME.pub. Returns Key."""
        prefix = f"{self._folder}/{name}"
        if not os.path.exists(prefix + ".pub"):
            self.run("generate-key-pair", "--output-key-prefix", prefix)
        return Key(prefix)

    def imported_key(self, name, *algorithm):
        """A key that openssl made (`genpkey` options), imported by cosign. Returns Key."""
        prefix = f"{self._folder}/{name}"
        if not os.path.exists(prefix + ".pub"):
            subprocess.run(["openssl", "genpkey", *algorithm, "-out", prefix + ".pem"], check=True,
                           capture_output=True)
            self.run("import-key-pair", "--key", prefix + ".pem", "--output-key-prefix", prefix)
        return Key(prefix)

    def no_log(self):
        """Options that keep cosign from asking for a log."""
        return (["--tlog-upload=false"] if self.version == 2
                else ["--signing-config", self._signing_config])

    def sign(self, reference, key, *options, environment=None):
        """Keyed, without a log: `.sig` by 2, a bundle by 3."""
        self.run("sign", "--yes", "--key", key.private, *self.no_log(), *options, reference,
                 environment=environment)

    def attest(self, reference, key, predicate_type, predicate, *options, environment=None):
        """Keyed, without a log: `.att` by 2, a bundle by 3. `predicate` is a value."""
        path = f"{self._folder}/predicate.json"
        with open(path, "w", encoding="utf-8") as file:
            json.dump(predicate, file)
        self.run("attest", "--yes", "--key", key.private, "--type", predicate_type, "--predicate", path,
                 *self.no_log(), *options, reference, environment=environment)


class Key:
    def __init__(self, prefix):
        self.private = prefix + ".key"
        self.public = prefix + ".pub"

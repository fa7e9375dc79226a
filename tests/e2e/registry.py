"""Real registries on loopback, with TLS and authentication, and what tests push to them.

    Registry.debian(run)     docker-registry: Basic authentication, no referrers API
    Registry.referrers(run)  the registry of rigs/referrers: token authentication, referrers API

Nothing here signs: see cosign.py. Only Python's standard library is used."""

import base64
import hashlib
import http.client
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import urllib.parse

from gate import free_port, start_stamp, wait_until

USER, PASSWORD = "e2e", "portreeve-e2e"
# bcrypt of PASSWORD, cost 4: the only form that docker-registry reads.
_HTPASSWD = USER + ":$2b$04$pPEOf01n3st8yFzHS4d7y.hn0Xv2pdavZbnXHo5iI471iqGN2NENe\n"

OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
_ACCEPT = ", ".join((OCI_MANIFEST, OCI_INDEX, "application/vnd.docker.distribution.manifest.v2+json",
                     "application/vnd.docker.distribution.manifest.list.v2+json"))
HELM_CONFIG = "application/vnd.cncf.helm.config.v1+json"
HELM_CHART = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def compact(value):
    return json.dumps(value, separators=(",", ":")).encode()


def descriptor(media_type, data, **more):
    return {"mediaType": media_type, "digest": digest_of(data), "size": len(data), **more}


class Registry:
    """One running registry and a client of it. `host` is what references begin with."""

    def __init__(self, run, name, command):
        self.name = name
        self.ca = f"{run.state}/pki/registry-ca.crt"
        self.folder = f"{run.state}/{name}"
        os.makedirs(self.folder, exist_ok=True)
        self._run = run
        self._context = ssl.create_default_context(cafile=self.ca)
        self._tokens = {}
        self._connection = None
        self.port = free_port("127.0.0.1")
        self.host = f"127.0.0.1:{self.port}"
        self._command = command(self)
        self.docker_config = f"{self.folder}/docker"   # a folder with config.json, as DOCKER_CONFIG
        os.makedirs(self.docker_config, exist_ok=True)
        auth = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        with open(f"{self.docker_config}/config.json", "w", encoding="utf-8") as file:
            json.dump({"auths": {self.host: {"auth": auth}}}, file)
        self.process = None

    @staticmethod
    def debian(run, name="registry"):
        def command(self):
            with open(f"{self.folder}/htpasswd", "w", encoding="utf-8") as file:
                file.write(_HTPASSWD)
            with open(f"{self.folder}/config.yml", "w", encoding="utf-8") as file:
                file.write(f"""version: 0.1
log: {{level: error, accesslog: {{disabled: true}}}}
storage: {{filesystem: {{rootdirectory: {self.folder}/data}}, delete: {{enabled: true}}}}
http:
  addr: {self.host}
  tls: {{certificate: {run.state}/pki/registry.crt, key: {run.state}/pki/registry.key}}
auth: {{htpasswd: {{realm: e2e, path: {self.folder}/htpasswd}}}}
""")
            return [run.program("docker-registry"), "serve", f"{self.folder}/config.yml"]
        return Registry(run, name, command).start()

    @staticmethod
    def referrers(run, name="registry-referrers"):
        def command(self):
            return [run.program("referrers"), "-listen", self.host, "-user", USER, "-password", PASSWORD,
                    "-cert", f"{run.state}/pki/registry.crt", "-key", f"{run.state}/pki/registry.key"]
        return Registry(run, name, command).start()

    # The process -----------------------------------------------------------------------------

    def start(self):
        with open(f"{self._run.state}/log/{self.name}.log", "ab") as log:
            self.process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log, start_new_session=True)
        with open(f"{self._run.state}/pids/{self.name}", "w", encoding="utf-8") as record:
            record.write(f"{self.process.pid} {start_stamp(self.process.pid)}\n")
        if self not in self._run.registries:
            self._run.registries.append(self)
        wait_until(self._answers, 20, f"{self.name} answers")
        return self

    def _answers(self):
        assert self.process.poll() is None, f"{self.name} ended with {self.process.returncode}"
        try:
            return self.request("GET", "/v2/")[0] == 200
        except OSError:
            return False

    def pause(self):
        """It takes connections and answers nothing."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def stop(self):
        """What it kept on disk stays there: start() serves it again."""
        if self.process is not None:
            self.process.terminate()
            self.resume()
            self.process.wait(10)
            self.process = None
        self._connection = None
        self._tokens.clear()

    # The client ------------------------------------------------------------------------------

    def request(self, method, path, body=None, **headers):
        """(status, headers, bytes), logged in. A redirect is not followed."""
        scope = re.match(r"/v2/(.+)/(?:blobs|manifests|tags|referrers)/", path)
        repository = scope.group(1) if scope else ""
        for attempt in (1, 2, 3):
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            token = self._tokens.get(repository) if path.startswith("/v2/") else None
            sent["Authorization"] = token or "Basic " + base64.b64encode(
                f"{USER}:{PASSWORD}".encode()).decode()
            try:
                if self._connection is None:
                    self._connection = http.client.HTTPSConnection(self.host, context=self._context, timeout=20)
                self._connection.request(method, path, body=body, headers=sent)
                answer = self._connection.getresponse()
                data = answer.read()
            except (http.client.HTTPException, ConnectionError):
                self._connection = None
                if attempt == 3:
                    raise
                continue
            challenge = answer.headers.get("WWW-Authenticate", "")
            if answer.status == 401 and challenge.startswith("Bearer ") and attempt < 3:
                self._log_in(repository, challenge)
                continue
            return answer.status, answer.headers, data
        raise AssertionError(f"{method} {path}: not authorised")

    def _log_in(self, repository, challenge):
        fields = dict(re.findall(r'(\w+)="([^"]*)"', challenge))
        realm = urllib.parse.urlsplit(fields["realm"])
        query = urllib.parse.urlencode({"service": fields.get("service", ""),
                                        "scope": f"repository:{repository}:pull,push"})
        self._tokens.pop(repository, None)
        status, _, data = self.request("GET", f"{realm.path}?{query}")
        assert status == 200, f"no token: {status} {data[:200]}"
        self._tokens[repository] = "Bearer " + json.loads(data)["token"]

    def _must(self, wanted, method, path, body=None, **headers):
        status, answer, data = self.request(method, path, body, **headers)
        assert status in wanted, f"{method} {self.host}{path}: {status} {data[:300]}"
        return answer, data

    def push_blob(self, repository, data):
        digest = digest_of(data)
        answer, _ = self._must((202,), "POST", f"/v2/{repository}/blobs/uploads/")
        where = urllib.parse.urlsplit(answer["Location"])
        query = where.query + ("&" if where.query else "") + urllib.parse.urlencode({"digest": digest})
        self._must((201,), "PUT", f"{where.path}?{query}", data, Content_Type="application/octet-stream")
        return digest

    def push_manifest(self, repository, manifest, tag=None):
        """Bytes, or a value that is written compactly. Returns its digest."""
        data = manifest if isinstance(manifest, bytes) else compact(manifest)
        media_type = json.loads(data).get("mediaType", OCI_MANIFEST)
        digest = digest_of(data)
        self._must((201,), "PUT", f"/v2/{repository}/manifests/{tag or digest}", data, Content_Type=media_type)
        return digest

    def manifest(self, repository, reference):
        """(bytes, media type), or None when it is not there."""
        status, answer, data = self.request("GET", f"/v2/{repository}/manifests/{reference}", Accept=_ACCEPT)
        if status == 404:
            return None
        assert status == 200, f"manifest {repository}:{reference}: {status} {data[:200]}"
        return data, answer["Content-Type"]

    def digest(self, repository, reference):
        return digest_of(self.manifest(repository, reference)[0])

    def blob(self, repository, digest):
        return self._must((200,), "GET", f"/v2/{repository}/blobs/{digest}")[1]

    def tag(self, repository, digest, tag):
        self.push_manifest(repository, self.manifest(repository, digest)[0], tag)

    def delete(self, repository, digest):
        self._must((202,), "DELETE", f"/v2/{repository}/manifests/{digest}")

    # Artifacts -------------------------------------------------------------------------------

    def push_artifact(self, repository, tag, content, config=b"{}", config_type="application/vnd.oci.empty.v1+json",
                      layer_type="application/vnd.oci.image.layer.v1.tar", annotations=None):
        """An artifact of one layer. Returns its digest."""
        self.push_blob(repository, config)
        self.push_blob(repository, content)
        manifest = {"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": descriptor(config_type, config),
                    "layers": [descriptor(layer_type, content)]}
        if annotations:
            manifest["annotations"] = annotations
        return self.push_manifest(repository, manifest, tag)

    def push_chart(self, repository, tag, archive, metadata, annotations=None):
        """A Helm chart as `helm push` writes it: `metadata` is Chart.yaml as a value."""
        return self.push_artifact(repository, tag, archive, compact(metadata), HELM_CONFIG, HELM_CHART, annotations)

    def copy(self, repository, reference, to, target, tag=None):
        """A plain copy, manifest and blobs: what refers to the artifact stays behind."""
        data, _ = self.manifest(repository, reference)
        value = json.loads(data)
        for child in value.get("manifests", []):
            self.copy(repository, child["digest"], to, target)
        for part in [value.get("config"), *value.get("layers", [])]:
            if part:
                to.push_blob(target, self.blob(repository, part["digest"]))
        return to.push_manifest(target, data, tag)

    def referring(self, repository, digest):
        """Digests of all that is about an artifact: referrers, fallback tag, .sig and .att."""
        found = []
        stem = digest.replace(":", "-")
        status, _, data = self.request("GET", f"/v2/{repository}/referrers/{digest}")
        lists = [data] if status == 200 else []
        fallback = self.manifest(repository, stem)
        if fallback:
            lists.append(fallback[0])
        for text in lists:
            found += [entry["digest"] for entry in json.loads(text)["manifests"]]
        for suffix in (".sig", ".att"):
            tagged = self.manifest(repository, stem + suffix)
            if tagged:
                found.append(digest_of(tagged[0]))
        return list(dict.fromkeys(found))

    def save_layout(self, folder, repository, tag, name=None, artifact=True):
        """An OCI image layout of an artifact and all that is about it; without `artifact` the latter
        alone. `name` is the full reference that index.json gives it, and the tags .sig and .att."""
        name = name or f"{self.host}/{repository}"
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(f"{folder}/blobs/sha256")
        digest = digest_of(self.manifest(repository, tag)[0])
        entries = [self._save(folder, repository, digest, f"{name}:{tag}")] if artifact else []
        stem = digest.replace(":", "-")
        tagged = {digest_of(found[0]): suffix for suffix in (".sig", ".att")
                  if (found := self.manifest(repository, stem + suffix))}
        for other in self.referring(repository, digest):
            suffix = tagged.get(other)
            entries.append(self._save(folder, repository, other, f"{name}:{stem}{suffix}" if suffix else None))
        for path, value in (("oci-layout", {"imageLayoutVersion": "1.0.0"}),
                            ("index.json", {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries})):
            with open(f"{folder}/{path}", "wb") as file:
                file.write(compact(value))
        return digest

    def _save(self, folder, repository, digest, name):
        data, media_type = self.manifest(repository, digest)
        value = json.loads(data)
        for child in value.get("manifests", []):
            self._save(folder, repository, child["digest"], None)
        parts = [value["config"], *value["layers"]] if "config" in value else []
        for blob in [data] + [self.blob(repository, part["digest"]) for part in parts]:
            with open(f"{folder}/blobs/{digest_of(blob).replace(':', '/')}", "wb") as file:
                file.write(blob)
        named = {"annotations": {"org.opencontainers.image.ref.name": name}} if name else {}
        return descriptor(media_type, data, **named)

    def document(self, name="e2e", serves=None, **spec):
        """A document of kind Registry that names this one, as JSON (which is YAML)."""
        return json.dumps({"apiVersion": "portreeve.openova.io/v1alpha1", "kind": "Registry",
                           "metadata": {"name": name},
                           "spec": {"host": self.host, "ca": self.ca,
                                    **({"serves": serves} if serves else {}),
                                    "credentials": {"dockerConfig": f"{self.docker_config}/config.json"},
                                    "limits": {"requestsPerSecond": 1000}, **spec}}) + "\n"

"""kubectl as one user, and a plain client of the API for writes under load."""

import http.client
import json
import os
import ssl
import subprocess
import threading
import time


class Result:
    """What one kubectl call left."""

    def __init__(self, completed):
        self.code = completed.returncode
        self.out = completed.stdout
        self.err = completed.stderr

    @property
    def ok(self):
        return self.code == 0

    def text(self):
        return self.out + self.err


class Kubectl:
    def __init__(self, program, state, user):
        self.user = user
        # Discovery is cached per run: the cache of a home directory may know other clusters.
        self._command = [program, f"--kubeconfig={state}/{user}.kubeconfig",
                         f"--cache-dir={state}/kubectl-cache/{user}"]
        self._environment = {"PATH": os.environ["PATH"], "HOME": f"{state}/home"}

    def __call__(self, *arguments, stdin=None):
        if stdin is not None and not isinstance(stdin, str):
            stdin = json.dumps(stdin)
        return Result(subprocess.run(self._command + list(arguments), input=stdin or "", text=True,
                                     capture_output=True, timeout=90, check=False,
                                     env=self._environment))

    def get(self, *arguments):
        """The object or list as a value, or None when it is not there."""
        result = self("get", *arguments, "-o", "json", "--show-managed-fields")
        if result.ok:
            return json.loads(result.out)
        if "NotFound" in result.err:
            return None
        raise AssertionError(f"get {' '.join(arguments)}: {result.err.strip()}")


class Api:
    """A client of the API server with a user's certificate; one connection per thread."""

    def __init__(self, state, user):
        with open(f"{state}/{user}.kubeconfig", encoding="utf-8") as file:
            address = file.read().partition('server: "https://')[2].partition('"')[0]
        self.host, _, port = address.partition(":")
        self.port = int(port)
        self._context = ssl.create_default_context(cafile=f"{state}/pki/cluster-ca.crt")
        self._context.load_cert_chain(f"{state}/pki/{user}.crt", f"{state}/pki/{user}.key")
        self._local = threading.local()

    def request(self, method, path, body=None, content_type="application/json", timeout=40):
        """(HTTP status, text). A connection that fails is dropped and the error is raised."""
        if getattr(self._local, "connection", None) is None:
            self._local.connection = http.client.HTTPSConnection(
                self.host, self.port, context=self._context, timeout=timeout)
        connection = self._local.connection
        data = json.dumps(body) if isinstance(body, (dict, list)) else body
        try:
            connection.request(method, path, body=data, headers={"Content-Type": content_type})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except Exception:
            connection.close()
            self._local.connection = None
            raise


class Writers:
    """Threads that create one object again and again as a dry run, which asks the gate each time."""

    def __init__(self, api, path, body, threads=4, pause=0.01):
        self.calls = 0
        self.failures = []
        self._api, self._path, self._body, self._pause = api, path + "?dryRun=All", body, pause
        self._lock = threading.Lock()
        self._go = True
        self._threads = [threading.Thread(target=self._write, args=(n,)) for n in range(threads)]

    def _write(self, number):
        serial = 0
        while self._go:
            serial += 1
            body = dict(self._body, metadata=dict(self._body["metadata"]))
            body["metadata"]["name"] += f"-{number}-{serial}"
            try:
                status, text = self._api.request("POST", self._path, body)
            except Exception as error:  # pylint: disable=broad-except
                status, text = 0, repr(error)
            with self._lock:
                self.calls += 1
                if status != 201:
                    self.failures.append(f"{status} {text[:300]}")
            time.sleep(self._pause)

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._go = False
        for thread in self._threads:
            thread.join()

    def wait_for(self, calls):
        """Until that many more calls have been answered, a minute at most."""
        target, deadline = self.calls + calls, time.monotonic() + 60
        while self.calls < target:
            if time.monotonic() > deadline:
                raise AssertionError(f"the writers stopped at {self.calls} calls")
            time.sleep(0.02)

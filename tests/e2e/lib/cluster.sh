# shellcheck shell=bash
# A real etcd and kube-apiserver on loopback, without kubelets or controllers.
# Needs process.sh; RIG_ETCD and RIG_KUBE_APISERVER name the programs.

CLUSTER_SERVICE_RANGE=127.64.0.0/16   # inside 127/8: a ClusterIP is then an address of this host
# shellcheck disable=SC2034 # for script/e2e
CLUSTER_GATE_IP=127.64.0.10

# Free ports outside the range that the kernel hands to outgoing connections.
cluster_free_ports() {  # COUNT
  python3 - "$1" <<'PYTHON'
import random, socket, sys
ports = set()
while len(ports) < int(sys.argv[1]):
    port = random.randrange(20000, 32000)
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
            ports.add(port)
        except OSError:
            pass
print(*ports)
PYTHON
}

cluster_kubeconfig() {  # STATE NAME PORT
  cat >"$1/$2.kubeconfig" <<YAML
apiVersion: v1
kind: Config
current-context: e2e
clusters: [{name: e2e, cluster: {server: "https://127.0.0.1:$3", certificate-authority: "$1/pki/cluster-ca.crt"}}]
users: [{name: $2, user: {client-certificate: "$1/pki/$2.crt", client-key: "$1/pki/$2.key"}}]
contexts: [{name: e2e, context: {cluster: e2e, user: $2}}]
YAML
}

# The certificate that the API server shows to every webhook: user "*" is any of them.
cluster_admission_control() {  # STATE
  cat >"$1/hook.kubeconfig" <<YAML
apiVersion: v1
kind: Config
users: [{name: "*", user: {client-certificate: "$1/pki/hook-client.crt", client-key: "$1/pki/hook-client.key"}}]
YAML
  cat >"$1/admission-control.yaml" <<YAML
apiVersion: apiserver.config.k8s.io/v1
kind: AdmissionConfiguration
plugins:
  - name: ValidatingAdmissionWebhook
    configuration:
      apiVersion: apiserver.config.k8s.io/v1
      kind: WebhookAdmissionConfiguration
      kubeConfigFile: $1/hook.kubeconfig
YAML
}

cluster_start_etcd() {  # STATE CLIENT_PORT PEER_PORT
  process_start "$1" etcd "$RIG_ETCD" --name e2e --data-dir "$1/etcd" --unsafe-no-fsync \
    --listen-client-urls "http://127.0.0.1:$2" --advertise-client-urls "http://127.0.0.1:$2" \
    --listen-peer-urls "http://127.0.0.1:$3" --initial-advertise-peer-urls "http://127.0.0.1:$3" \
    --initial-cluster "e2e=http://127.0.0.1:$3" --log-level warn
}

# 198.51.100.1 (RFC 5737) is advertised because a loopback address is refused; nothing uses it.
cluster_start_apiserver() {  # STATE PORT ETCD_PORT AUDIT_POLICY
  local pki=$1/pki
  process_start "$1" kube-apiserver "$RIG_KUBE_APISERVER" \
    --etcd-servers="http://127.0.0.1:$3" --bind-address=127.0.0.1 --secure-port="$2" \
    --advertise-address=198.51.100.1 --endpoint-reconciler-type=none \
    --tls-cert-file="$pki/apiserver.crt" --tls-private-key-file="$pki/apiserver.key" \
    --client-ca-file="$pki/cluster-ca.crt" --authorization-mode=RBAC --anonymous-auth=false \
    --service-cluster-ip-range="$CLUSTER_SERVICE_RANGE" --enable-aggregator-routing=false \
    --service-account-issuer=https://kubernetes.default.svc \
    --service-account-key-file="$pki/service-account.key" \
    --service-account-signing-key-file="$pki/service-account.key" \
    --disable-admission-plugins=ServiceAccount --allow-privileged=true \
    --admission-control-config-file="$1/admission-control.yaml" \
    --audit-policy-file="$4" --audit-log-path="$1/audit.log" --cert-dir="$1/apiserver"
}

cluster_wait() {  # STATE COMMAND...: until it succeeds, 60 s at most, and both processes live
  local state=$1 deadline=$((SECONDS + 60))
  shift
  until "$@" >/dev/null 2>&1; do
    if ! process_alive "$state" etcd || ! process_alive "$state" kube-apiserver || ((SECONDS > deadline)); then
      echo "e2e: the cluster did not become ready; the ends of its logs:" >&2
      tail -n 5 "$state/log/etcd.log" "$state/log/kube-apiserver.log" >&2
      return 1
    fi
    sleep 0.2
  done
}

cluster_start() {  # STATE AUDIT_POLICY KUBECTL
  local ports
  read -r -a ports < <(cluster_free_ports 3)
  cluster_kubeconfig "$1" admin "${ports[2]}"
  cluster_kubeconfig "$1" user "${ports[2]}"
  cluster_admission_control "$1"
  cluster_start_etcd "$1" "${ports[0]}" "${ports[1]}"
  cluster_start_apiserver "$1" "${ports[2]}" "${ports[0]}" "$2"
  cluster_wait "$1" env HOME="$1/home" "$3" --kubeconfig "$1/admin.kubeconfig" get --raw /readyz
}

cluster_stop() {  # STATE: first who writes, then where it is written
  process_stop "$1" kube-apiserver 10
  process_stop "$1" etcd 10
}

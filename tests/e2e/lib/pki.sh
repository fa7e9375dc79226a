# shellcheck shell=bash
# Keys and certificates of one run, with openssl and without its configuration file.

# A leaf or authority in one call: openssl's own defaults add extensions twice.
pki_request() {  # SUBJECT EXTENSIONS OPTION...
  local subject=$1 extensions=$2
  shift 2
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -sha256 -days 2 \
    -config <(printf '[req]\nprompt=no\ndistinguished_name=dn\nx509_extensions=extensions\n[dn]\n%s\n[extensions]\n%s\n' \
      "$subject" "$extensions") "$@" 2>/dev/null
}

pki_authority() {  # DIR NAME
  pki_request "CN=$2" $'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash' \
    -keyout "$1/$2.key" -out "$1/$2.crt"
}

pki_server() {  # DIR AUTHORITY NAME SUBJECT_ALT_NAMES
  pki_request "CN=$3" "basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth
subjectAltName=$4" -CA "$1/$2.crt" -CAkey "$1/$2.key" -keyout "$1/$3.key" -out "$1/$3.crt"
}

pki_client() {  # DIR AUTHORITY NAME COMMON_NAME [ORGANIZATION]
  pki_request "${5:+O=$5
}CN=$4" $'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth' \
    -CA "$1/$2.crt" -CAkey "$1/$2.key" -keyout "$1/$3.key" -out "$1/$3.crt"
}

# Everything one run needs: the cluster's own keys, two users, and the gate's certificates,
# good ones (several, to rotate through) and one from an authority nobody trusts.
pki_all() {  # DIR GATE_SERVICE_IP
  local dir=$1 names number
  mkdir -p "$dir"
  pki_authority "$dir" cluster-ca
  pki_authority "$dir" gate-ca
  pki_authority "$dir" hook-client-ca
  pki_authority "$dir" stranger-ca
  pki_server "$dir" cluster-ca apiserver DNS:localhost,DNS:kubernetes.default.svc,IP:127.0.0.1
  pki_client "$dir" cluster-ca admin e2e-admin system:masters
  pki_client "$dir" cluster-ca user e2e-user e2e-authors
  pki_client "$dir" hook-client-ca hook-client kube-apiserver
  openssl ecparam -name prime256v1 -genkey -noout -out "$dir/service-account.key" 2>/dev/null
  names=DNS:portreeve.portreeve-system.svc,DNS:localhost,IP:127.0.0.1,IP:$2
  for number in 0 1 2 3; do pki_server "$dir" gate-ca "gate-$number" "$names"; done
  pki_server "$dir" stranger-ca stranger "$names"
  pki_authority "$dir" registry-ca
  pki_server "$dir" registry-ca registry DNS:localhost,IP:127.0.0.1
}

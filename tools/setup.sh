#!/usr/bin/env bash
# Installs groups of tools/packages.txt: tools/setup.sh GROUP…; does nothing, and needs no rights, where all is there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tools/common.sh

# The packages of the named groups.
packages_of() {
  awk -v groups=" $* " '
    /^#/ || NF == 0 { next }
    /^\[/ { wanted = index(groups, " " substr($1, 2, length($1) - 2) " "); next }
    wanted { print $1 }' tools/packages.txt
}

# Those of the named packages that are not installed. A node of another origin serves as well as Debian's.
missing_of() {
  local package
  for package in "$@"; do
    case $package in
      nodejs) ! command -v node >/dev/null || continue ;;
      npm) ! command -v npm >/dev/null || continue ;;
    esac
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
  done
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    command -v sudo >/dev/null || fail "Packages are missing and this is neither root nor is there sudo: ${missing[*]}"
    sudo "$@"
  fi
}

apt() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold \
    -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-unsafe-io "$@"
}

install_packages() {
  quietly apt install --yes --no-install-recommends "$@"
}

# Debian's postgresql package makes a cluster and starts it as soon as it is installed. HotSwap wants its programs only,
# so that is switched off while it is installed, and back to what it was afterwards.
install_without_cluster() {
  local settings=/etc/postgresql-common/createcluster.conf
  install_packages postgresql-common
  as_root cp -p "$settings" "$settings.before-hotswap"
  echo 'create_main_cluster = false' | as_root tee -a "$settings" >/dev/null
  local status=0
  install_packages "$@" || status=$?
  as_root mv "$settings.before-hotswap" "$settings"
  return "$status"
}

mapfile -t wanted < <(packages_of "$@")
mapfile -t missing < <(missing_of "${wanted[@]}")
if [ ${#missing[@]} -gt 0 ]; then
  say "Installing ${#missing[@]} packages with what they need: ${missing[*]}"
  quietly apt update || say "The list of packages could not be renewed; going on with the one that is there"
  case " ${missing[*]} " in
    *" postgresql-15 "*) install_without_cluster "${missing[@]}" ;;
    *) install_packages "${missing[@]}" ;;
  esac
fi

# PostgreSQL refuses to run as root, and nobody else gets anywhere where the root folder is closed to them, as it is in a
# system that was made inside a private folder.
case " $* " in
  *" servers "*)
    if [ "$(id -u)" -eq 0 ] && [ $(($(stat -c '0%a' /) & 1)) -eq 0 ]; then
      say "The folder / is closed to all but root, so that no server could run as anybody else: opening it (chmod go+rx /)"
      chmod go+rx /
    fi
    ;;
esac

# node_packages FOLDER WHAT [FINISH]: what its package-lock.json names, unless that very list is installed already; FINISH
# is a command that is given the folder afterwards.
node_packages() {
  if [ -e "$1/package-lock.json" ] && ! cmp -s "$1/package-lock.json" "$1/node_modules/.installed-lock.json"; then
    say "Installing $2"
    quietly npm ci --prefix "$1" --no-audit --no-fund
    ${3:-true} "$1"
    cp "$1/package-lock.json" "$1/node_modules/.installed-lock.json"
  fi
}

# The packages of servers can't hold symbolic links, which their libraries are found by; they list them instead.
link_server_libraries() {
  local package source target
  for package in "$1"/node_modules/postgres-*; do
    jq -r '.[] | "\(.source) \(.target)"' "$package/native/pg-symlinks.json" |
      while read -r source target; do ln -sfr "$package/$source" "$package/$target"; done
  done
}

case " $* " in *" web "*) node_packages web "the web packages" ;; esac
case " $* " in *" peers "*) node_packages bench/peers "the tools that benchmarks measure against" ;; esac
case " $* " in
  *" versions "*) node_packages tests/servers "PostgreSQL servers of other versions" link_server_libraries ;;
esac

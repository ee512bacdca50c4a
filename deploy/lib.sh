# Shared by deploy/run, deploy/cluster and tests/run: packages, the build, and the private PostgreSQL cluster.
# Sourced, never run. Needs `root` (the checkout) to be set.

say() { printf '%s\n' "$*" >&2; }
die() { say "kindling: $*"; exit 1; }

# Runs a command as root: directly, or through sudo.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else die "this step needs root, and there is no sudo: $*"
  fi
}

# install_missing FILE...: installs the packages listed in the files that are not installed yet.
install_missing() {
  local package missing=()
  while read -r package; do
    case "$package" in ''|'#'*) continue ;; esac
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done < <(cat "$@")
  [ ${#missing[@]} = 0 ] && return
  say "Installing ${#missing[@]} Debian packages: ${missing[*]}"
  as_root apt-get update -q >&2 || die "apt-get update failed"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}" >&2 \
    || die "these packages could not be installed: ${missing[*]}"
}

# build FOLDER OPTIONS... -- TARGETS...: configures and builds.
build() {
  local folder=$1; shift
  local options=()
  while [ $# -gt 0 ] && [ "$1" != -- ]; do options+=("$1"); shift; done
  shift
  export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1
  cmake -S "$root" -B "$folder" -G Ninja "${options[@]}" >"$folder.configure.log" 2>&1 \
    || { cat "$folder.configure.log" >&2; die "cmake failed"; }
  cmake --build "$folder" --target "$@" >&2 || die "the build failed"
}

postgres_bin=/usr/lib/postgresql/15/bin

# The user that PostgreSQL runs as: whoever calls, but never root, whom PostgreSQL refuses.
cluster_user() {
  if [ "$(id -u)" != 0 ]; then id -un; return; fi
  id kindling >/dev/null 2>&1 || useradd --system --home-dir /nonexistent --shell /usr/sbin/nologin kindling
  echo kindling
}

as_cluster_user() {
  if [ "$(id -u)" = 0 ]; then (cd / && runuser -u "$(cluster_user)" -- "$@"); else "$@"; fi
}

# Replaces this process by a command of the service, which needs root as little as PostgreSQL does. Where the checkout
# lies in a place that only root can enter, it stays root.
exec_service() {
  if [ "$(id -u)" = 0 ] && as_cluster_user test -x "$1" -a -r "$root/config/kindling.toml"; then
    exec setpriv --reuid "$(cluster_user)" --regid "$(cluster_user)" --clear-groups "$@"
  fi
  exec "$@"
}

# cluster_start DIR: creates the cluster below DIR where it is missing, and starts it where it does not run. Its only
# door is a unix socket in a directory that the owner alone may enter; peers are told apart by their system user.
cluster_start() {
  local dir=$1 user options
  user=$(cluster_user)
  mkdir -p "$dir" && dir=$(cd "$dir" && pwd)
  socket_dir=$dir/run
  # The path of a unix socket may have 107 bytes.
  [ ${#socket_dir} -le 85 ] || socket_dir=/tmp/kindling-$(printf %s "$dir" | sha256sum | cut -c1-16)
  if [ "$(id -u)" = 0 ]; then
    install -d -o "$user" -m 0755 "$dir"
    install -d -o "$user" -m 0700 "$dir/log" "$socket_dir"
    as_cluster_user test -x "$dir" || die "the user $user cannot enter $dir; choose another place with --data"
  else
    install -d -m 0700 "$dir/log" "$socket_dir"
  fi
  if [ ! -f "$dir/postgres/PG_VERSION" ]; then
    as_cluster_user "$postgres_bin/initdb" -D "$dir/postgres" --data-checksums --encoding=UTF8 --locale=C.UTF-8 \
      --username=kindling_admin --auth=peer >"$dir/initdb.log" 2>&1 || { cat "$dir/initdb.log" >&2; die "initdb failed"; }
    rm -f "$dir/initdb.log"
    as_cluster_user tee "$dir/postgres/pg_hba.conf" >/dev/null <<HBA
# The unix socket only; the system user decides who may be whom (pg_ident.conf).
local all all peer map=kindling
HBA
    local login
    for login in kindling_admin kindling_owner kindling_service kindling_readonly; do
      printf 'kindling %s %s\nkindling root %s\n' "$user" $login $login
    done | as_cluster_user tee "$dir/postgres/pg_ident.conf" >/dev/null
  fi
  if ! as_cluster_user "$postgres_bin/pg_ctl" -D "$dir/postgres" status >/dev/null 2>&1; then
    options="-c listen_addresses= -c unix_socket_directories=$socket_dir -c unix_socket_permissions=0700"
    options="$options -c max_connections=120 -c shared_buffers=256MB ${KINDLING_CLUSTER_OPTIONS:-}"
    as_cluster_user "$postgres_bin/pg_ctl" -D "$dir/postgres" -l "$dir/log/postgres.log" -w -t 60 -o "$options" start \
      >/dev/null || { tail -n 20 "$dir/log/postgres.log" >&2; die "PostgreSQL did not start, see $dir/log/postgres.log"; }
    cluster_started=yes
  fi
  local psql=(as_cluster_user "$postgres_bin/psql" -h "$socket_dir" -U kindling_admin -d postgres -qAt -v ON_ERROR_STOP=1)
  if [ -z "$("${psql[@]}" -c "SELECT 1 FROM pg_roles WHERE rolname = 'kindling_owner'")" ]; then
    "${psql[@]}" -c "CREATE ROLE kindling_owner LOGIN CREATEDB CREATEROLE" >&2
  fi
  if [ -z "$("${psql[@]}" -c "SELECT 1 FROM pg_database WHERE datname = 'kindling'")" ]; then
    "${psql[@]}" -c "CREATE DATABASE kindling OWNER kindling_owner" >&2
  fi
}

# cluster_stop DIR
cluster_stop() {
  [ -f "$1/postgres/postmaster.pid" ] || return 0
  as_cluster_user "$postgres_bin/pg_ctl" -D "$(cd "$1" && pwd)/postgres" -m fast -w -t 60 stop >/dev/null
}

# Shared by the benches: a service on a data directory of its own, filled with the demo. Sourced, never run. Needs `root`.
. "$root/deploy/lib.sh"

# serve PORT TARGETS...: builds the targets and serves from `work`, a folder for the bench. All goes when the bench ends.
serve() {
  local port=$1; shift
  build "$root/build/release" -DCMAKE_BUILD_TYPE=Release -DKINDLING_TESTS=ON -- kindling "$@"
  work=$(mktemp -d /tmp/kindling-bench-XXXXXX)
  chmod 755 "$work"
  trap stop_serving EXIT
  start_at "$work" "$port"
}

# start_at DIR PORT: one more service on a database of its own; then `use` it.
served=()
start_at() {
  served+=("$1")
  mkdir -p "$1"
  "$root/deploy/run" --data "$1" --port "$2" --demo --background >"$work/start.log" 2>&1 || { cat "$work/start.log"; exit 1; }
  cluster_start "$1"
  use "$socket_dir" "$2" ''
  "${psql[@]}" -c "UPDATE users SET must_change_password = false"
  token=$(as_cluster_user env "KINDLING_DATABASE_URL=host=$socket_dir dbname=kindling user=kindling_service" \
    "$root/build/release/kindling" --config "$root/config/kindling.toml" user token carla@kindling.invalid --write)
}
# use SOCKET_DIR PORT TOKEN: sets `api`, `psql` (a command on its database as the owner) and `token` (a coordinator's, who
# may write).
use() {
  socket_dir=$1 api=http://127.0.0.1:$2/api/v1 token=$3
  psql=(as_cluster_user "$postgres_bin/psql" -qAt -v ON_ERROR_STOP=1 -h "$1" -U kindling_owner -d kindling)
}
stop_serving() {
  local dir
  # shellcheck disable=SC2046
  kill $(jobs -p) 2>/dev/null || true
  for dir in "${served[@]}"; do "$root/deploy/run" --data "$dir" --stop; done
  rm -rf "$work"
}

# load URL [wrk options]: requests a second of 16 clients over kept connections (stock Pistache wants to be asked for
# them) for SECONDS_EACH (4) seconds; an answer that is no success ends the bench.
load() {
  local out
  command -v wrk >/dev/null || as_root apt-get install -q -y wrk >&2
  out=$(wrk -t2 -c16 -d"${SECONDS_EACH:-4}" -H 'Connection: keep-alive' -H "Authorization: Bearer $token" "${@:2}" "$1")
  if grep -qE 'Non-2xx|Socket errors' <<<"$out"; then say "$out"; return 1; fi
  awk '/Requests\/sec/ {print $2}' <<<"$out"
}

# limit SCRIPT: transactions a second of 16 clients of pgbench, statements prepared.
limit() {
  as_cluster_user "$postgres_bin/pgbench" -h "$socket_dir" -U kindling_owner -n -M prepared -c 16 -j 2 \
    -T "${SECONDS_EACH:-4}" -f "$1" kindling 2>/dev/null | awk '/^tps/ {print $3}'
}

median() { printf '%s\n' "$@" | sort -g | awk '{ line[NR] = $1 } END { print line[int((NR + 1) / 2)] }'; }
ratio() { awk "BEGIN {printf \"%.2f\", $1 / $2}"; }

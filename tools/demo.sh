#!/usr/bin/env bash
# Shows HotSwap at work: a throwaway PostgreSQL with traffic on it, the service with its embedded store, an index built
# without hurting anybody, and a change that ruins a query, found and undone. Everything is stopped and removed at the
# end; with --keep it stays until Ctrl-C.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

keep=no
case ${1:-} in
  "") ;;
  --keep) keep=yes ;;
  *)
    echo "usage: ./dev demo [--keep]" >&2
    exit 2
    ;;
esac

hotswap=$PWD/build/release/hotswap
postgres=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
folder=$(mktemp -d "${TMPDIR:-/tmp}/hotswap-demo.XXXXXX")
service= traffic=

# PostgreSQL refuses to run as root.
as_server() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@"; else "$@"; fi; }
title() { printf '\n\033[1m%s\033[0m\n' "$*"; }
[ -t 1 ] || title() { printf '\n%s\n' "$*"; }

leave() {
  trap - EXIT INT TERM
  [ -z "$traffic" ] || kill "$traffic" 2>/dev/null || true
  if [ -n "$service" ]; then
    kill "$service" 2>/dev/null && wait "$service" 2>/dev/null || true
  fi
  [ ! -e "$folder/data/postmaster.pid" ] || as_server "$postgres/pg_ctl" -D "$folder/data" -m immediate -s stop || true
  rm -rf "$folder"
}
trap leave EXIT
trap 'exit 130' INT TERM

free_port() {
  local port
  for _ in $(seq 100); do
    port=$((20000 + RANDOM % 20000))
    (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port" && return; }
  done
  echo "no free port found" >&2
  return 1
}

title "A throwaway PostgreSQL with a shop in it"
[ "$(id -u)" != 0 ] || chown postgres "$folder"
chmod 755 "$folder"
port=$(free_port)
export PGHOST=127.0.0.1 PGPORT=$port PGUSER=postgres PGDATABASE=shop
as_server "$postgres/initdb" -D "$folder/data" -U postgres -A trust --no-sync >"$folder/initdb.log"
cat >>"$folder/data/postgresql.conf" <<END
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '$folder'
shared_preload_libraries = 'pg_stat_statements'
shared_buffers = 256MB
END
as_server "$postgres/pg_ctl" -D "$folder/data" -l "$folder/server.log" -s -w start
"$postgres/createdb" shop
"$postgres/pgbench" -i -q -s 10 shop >"$folder/pgbench-init.log" 2>&1
"$postgres/psql" -q -v ON_ERROR_STOP=1 <<'END'
create extension pg_stat_statements;
create table orders (id int primary key, customer int, note text);
insert into orders select i, i % 60000, repeat('x', 100) from generate_series(1, 240000) i;
create index orders_customer on orders (customer);
vacuum analyze;
END
cat >"$folder/account.sql" <<'END'
\set aid random(1, 1000000)
select abalance from pgbench_accounts where aid = :aid;
END
cat >"$folder/pay.sql" <<'END'
\set aid random(1, 1000000)
\set delta random(-5000, 5000)
update pgbench_accounts set abalance = abalance + :delta where aid = :aid;
END
cat >"$folder/orders.sql" <<'END'
\set customer random(1, 60000)
select count(*), max(note) from orders where customer = :customer;
END
"$postgres/pgbench" -n -c 6 -j 1 -T 3600 -R 250 -P 1 --progress-timestamp \
  -f "$folder/account.sql@75" -f "$folder/pay.sql@20" -f "$folder/orders.sql@5" shop >"$folder/traffic.log" 2>&1 &
traffic=$!
echo "PostgreSQL $("$postgres/psql" -Atc 'show server_version' | cut -d' ' -f1) on 127.0.0.1:$port, 1,000,000 accounts, 240,000 orders, 250 transactions a second from 6 clients"

title "The HotSwap service"
url=http://127.0.0.1:$(free_port)
password=$(head -c 18 /dev/urandom | base64)
export HOTSWAP_ADMIN_PASSWORD=$password XDG_CONFIG_HOME=$folder/config
"$hotswap" serve --urls "$url" --data "$folder/hotswap" >"$folder/service.log" 2>&1 &
service=$!
for _ in $(seq 200); do
  curl -sf "$url/health/ready" >/dev/null && break
  kill -0 "$service" 2>/dev/null || { cat "$folder/service.log" && exit 1; }
  sleep 0.05
done
say() { printf '$ hotswap %s\n' "$*"; }
say "login $url --username admin"
printf '%s\n' "$password" | "$hotswap" login "$url" --username admin --password-stdin
say "database add shop …"
printf 'Host=127.0.0.1;Port=%s;Database=shop;Username=postgres' "$port" >"$folder/connection"
chmod 600 "$folder/connection"
"$hotswap" database add shop --environment Staging --connection "file:$folder/connection"

# latency FROM TO: mean latency in ms of the traffic between two moments (seconds since the epoch), by pgbench's own word.
latency() {
  awk -v from="$1" -v to="$2" '$1 == "progress:" && $2 >= from && $2 <= to {
      for (i = 3; i <= NF; i++) if ($i == "lat") { sum += $(i + 1); n++ } else if ($i == "failed," || $i == "failed") { failed += $(i - 1) } }
    END { if (n) printf "%.2f ms (%d s, %d failed)", sum / n, n, failed; else print "?" }' "$folder/traffic.log"
}
field() { "$hotswap" execution show "$1" --json | jq -r "$2"; }
# epoch JSON-TIME → seconds since the epoch
epoch() { date -d "$1" +%s.%3N; }
newest() { "$hotswap" execution list --json | jq -r '.executions[0].executionId'; }

title "(a) An index, built while the shop is open"
echo 'create index concurrently accounts_balance on pgbench_accounts (abalance);' >"$folder/index.up.sql"
echo 'drop index concurrently accounts_balance;' >"$folder/index.down.sql"
say "migration create index_balance --database shop --up index.up.sql --down index.down.sql"
"$hotswap" migration create index_balance --database shop --up "$folder/index.up.sql" --down "$folder/index.down.sql"
say "execute index_balance --watch --watch-seconds 15"
before=$(date +%s.%3N)
"$hotswap" execute index_balance --watch --watch-seconds 15
id=$(newest)
log=$("$hotswap" execution logs "$id" --json)
built=$(epoch "$(jq -r '[.logs[] | select((.sqlStatement // "") | test("accounts_balance"))][-1].timestamp' <<<"$log")")
took=$(jq -r '[.logs[] | select((.sqlStatement // "") | test("accounts_balance")) | .durationMs // 0] | max' <<<"$log")
echo
echo "The build took $(awk "BEGIN { printf \"%.1f\", $took / 1000 }") s. What the shop's customers noticed, mean latency by pgbench:"
echo "  in the 10 s before   $(latency "$before" "$(awk "BEGIN { printf \"%.3f\", $built - $took / 1000 }")")"
echo "  while it was built   $(latency "$(awk "BEGIN { printf \"%.3f\", $built - $took / 1000 }")" "$(awk "BEGIN { printf \"%.3f\", $built + 1 }")")"
echo "  in the 10 s after    $(latency "$(awk "BEGIN { printf \"%.3f\", $built + 1 }")" "$(awk "BEGIN { printf \"%.3f\", $built + 11 }")")"

title "(b) A change that ruins a hot query: one in twenty of the shop's transactions needs this index"
echo 'drop index concurrently orders_customer;' >"$folder/drop.up.sql"
echo 'create index concurrently orders_customer on orders (customer);' >"$folder/drop.down.sql"
say "migration create drop_orders_customer --database shop --up drop.up.sql --down drop.down.sql"
"$hotswap" migration create drop_orders_customer --database shop --up "$folder/drop.up.sql" --down "$folder/drop.down.sql"
say "execute drop_orders_customer --watch"
ended=0
"$hotswap" execute drop_orders_customer --watch || ended=$?
[ "$ended" = 3 ] || { echo "the change was not rolled back (exit code $ended)" >&2 && exit 1; }
id=$(newest)
harmed=$(epoch "$("$hotswap" execution logs "$id" --json | jq -r '[.logs[] | select((.sqlStatement // "") | test("^drop index"))][-1].timestamp')")
began=$(epoch "$(field "$id" .rollback.startedAt)")
over=$(epoch "$(field "$id" .rollback.completedAt)")
echo
awk "BEGIN { printf \"Found %.1f s after the index was gone, undone in %.1f s.\\n\", $began - $harmed, $over - $began }"
echo "Why:    $(field "$id" .rollback.reason)"
echo "Proof:  the schema's fingerprint is as before: $(field "$id" .rollback.verified)"
echo "        $("$postgres/psql" -Atc "select indexrelid::regclass || ' is ' || case when indisvalid then 'there and valid' else 'INVALID' end from pg_index where indexrelid = to_regclass('orders_customer')")"

title "(c) To look at yourself"
cat <<END
  API        $url/api/v1        (user admin, password $password)
  Swagger    $url/swagger
  Metrics    $url/metrics
  PostgreSQL postgresql://postgres@127.0.0.1:$port/shop
END
if [ "$keep" = yes ]; then
  echo "All of it stays until you press Ctrl-C."
  while sleep 1; do :; done
else
  echo "All of it is stopped and removed now; with ./dev demo --keep it stays."
fi

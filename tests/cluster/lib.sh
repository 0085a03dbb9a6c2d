# Several hosts on one machine, each a network namespace on one bridge:
#
#   pg1 pg2 pg3   10.77.0.11-13   PostgreSQL under Patroni, with etcd beside it
#   app1 app2     10.77.0.21-22   Rollcall (nginx, web processes, workers), and a HAProxy of its own
#   front         10.77.0.30      nginx over both
#
# Sourced by the scripts of this folder; run as root.  All data is in $CLUSTER_DIR, and
# what was started is ended by the namespace that it runs in.
. "$(dirname "$0")/../../nginx/stack/lib.sh"
ROLLCALL=${ROLLCALL:-$top/${BUILD:-build}/rollcall}
export ROLLCALL
CLUSTER_DIR=${CLUSTER_DIR:-/var/tmp/rollcall-cluster}
PG_NODES='pg1 pg2 pg3' APP_NODES='app1 app2' ALL_NODES='pg1 pg2 pg3 app1 app2 front'

# address NODE
address() {
	case $1 in
	pg?) echo "10.77.0.1${1#pg}" ;;
	app?) echo "10.77.0.2${1#app}" ;;
	front) echo 10.77.0.30 ;;
	esac
}

# on NODE COMMAND...: in its network, with its name.
on() {
	_node=$1
	shift
	ip netns exec "rc-$_node" unshare -u sh -c 'hostname "$0" && exec "$@"' "$_node" "$@"
}

# behind LOG COMMAND...: in the background, without a hold on the caller's output.
behind() {
	_log=$1
	shift
	(exec >>"$_log" 2>&1 </dev/null && "$@") &
}

net_up() {
	ip link add rcbr type bridge && ip addr add 10.77.0.1/24 dev rcbr && ip link set rcbr up || return 1
	for _host in $ALL_NODES; do
		ip netns add "rc-$_host" &&
			ip link add "rc-$_host" type veth peer name eth0 netns "rc-$_host" &&
			ip link set "rc-$_host" master rcbr up &&
			ip -n "rc-$_host" addr add "$(address "$_host")/24" dev eth0 &&
			ip -n "rc-$_host" link set eth0 up && ip -n "rc-$_host" link set lo up || return 1
	done
}

# node_kill NODE [SIGNAL]: every process of it.
node_kill() {
	ip netns pids "rc-$1" 2>/dev/null | xargs -r kill -s "${2:-KILL}" 2>/dev/null
	return 0
}

net_down() {
	for _host in $ALL_NODES; do
		node_kill "$_host" CONT
		node_kill "$_host" KILL
		ip link del "rc-$_host" 2>/dev/null
		ip netns del "rc-$_host" 2>/dev/null
	done
	ip link del rcbr 2>/dev/null
	for _host in $PG_NODES; do
		! mountpoint -q "$CLUSTER_DIR/$_host/disk" || umount "$CLUSTER_DIR/$_host/disk" || umount -l "$CLUSTER_DIR/$_host/disk"
	done
	return 0
}

# cut NODE, join NODE: no packet passes, and nobody is told.
cut() { ip link set "rc-$1" nomaster; }
join() { ip link set "rc-$1" master rcbr; }

# --- PostgreSQL ---------------------------------------------------------------

etcd_start() {
	_ip=$(address "$1")
	behind "$CLUSTER_DIR/$1/etcd.log" on "$1" setsid etcd --name "$1" --data-dir "$CLUSTER_DIR/$1/etcd" --enable-v2=true \
		--listen-client-urls "http://$_ip:2379" --advertise-client-urls "http://$_ip:2379" \
		--listen-peer-urls "http://$_ip:2380" --initial-advertise-peer-urls "http://$_ip:2380" \
		--initial-cluster "pg1=http://10.77.0.11:2380,pg2=http://10.77.0.12:2380,pg3=http://10.77.0.13:2380" \
		--heartbeat-interval 200 --election-timeout 2000 --unsafe-no-fsync
}

# By etcd's older API: over etcd3 Patroni 3.0.2 gave a node that was frozen and woke up its
# lock back, with data that was older than what others had acknowledged meanwhile.
patroni_conf() {
	_ip=$(address "$1")
	cat <<-END
		scope: rollcall
		name: $1
		restapi: { listen: "$_ip:8008", connect_address: "$_ip:8008" }
		etcd: { hosts: [ "10.77.0.11:2379", "10.77.0.12:2379", "10.77.0.13:2379" ] }
		bootstrap:
		  dcs:
		    ttl: 20
		    loop_wait: 5
		    retry_timeout: 5
		    maximum_lag_on_failover: 1073741824
		    synchronous_mode: true
		    postgresql:
		      use_pg_rewind: true
		      parameters:
		        max_connections: 100
		        wal_keep_size: 256MB
		        max_slot_wal_keep_size: 1GB
		        client_connection_check_interval: 500ms
		        log_error_verbosity: terse
		        tcp_keepalives_idle: 5
		        tcp_keepalives_interval: 2
		        tcp_keepalives_count: 3
		        tcp_user_timeout: 15000
		        wal_sender_timeout: 8s
		        wal_receiver_timeout: 8s
		  initdb: [ { encoding: UTF8 }, { locale: C.UTF-8 } ]
		  pg_hba: [ "host all all 10.77.0.0/24 trust", "host replication all 10.77.0.0/24 trust", "local all all trust" ]
		postgresql:
		  listen: "$_ip:5432"
		  connect_address: "$_ip:5432"
		  data_dir: $CLUSTER_DIR/$1/disk/data
		  bin_dir: $PG_BIN
		  basebackup: [ { checkpoint: fast } ]
		  parameters: { unix_socket_directories: "$CLUSTER_DIR/$1", fsync: "on" }
		  authentication:
		    superuser: { username: postgres }
		    replication: { username: replicator }
		    rewind: { username: postgres }
	END
}

patroni_start() {
	behind "$CLUSTER_DIR/$1/patroni.log" on "$1" setsid runuser -u postgres -- patroni "$CLUSTER_DIR/$1/patroni.yml"
}

# A disk of its own for the data of each node, so that one can be full: DISK_MB megabytes.
pg_node_start() {
	mkdir -p "$CLUSTER_DIR/$1/disk" && chown postgres: "$CLUSTER_DIR/$1" && chmod 0711 "$CLUSTER_DIR/$1"
	[ -z "${DISK_MB:-}" ] || mountpoint -q "$CLUSTER_DIR/$1/disk" ||
		mount -t tmpfs -o "size=${DISK_MB}m" "rollcall-$1" "$CLUSTER_DIR/$1/disk" || return 1
	chown postgres: "$CLUSTER_DIR/$1/disk"
	patroni_conf "$1" >"$CLUSTER_DIR/$1/patroni.yml"
	etcd_start "$1"
	patroni_start "$1"
}

# disk_fill NODE, disk_free NODE: no byte is left for PostgreSQL, and what was.
disk_fill() { dd if=/dev/zero of="$CLUSTER_DIR/$1/disk/filler" bs=1M 2>/dev/null; true; }
disk_free() { rm -f "$CLUSTER_DIR/$1/disk/filler"; }

# primary: prints the node that has the leader's lock.
primary() {
	for _host in $PG_NODES; do
		curl -sf -o /dev/null --max-time 1 "http://$(address "$_host"):8008/primary" && { echo "$_host"; return 0; }
	done
	return 1
}

# --- Rollcall -------------------------------------------------------------------

# The connection string: all nodes, or the host's own HAProxy.
database() {
	if [ "${VIA:-hosts}" = haproxy ]; then
		echo 'host=127.0.0.1 port=5000 dbname=rollcall'
	else
		echo 'host=10.77.0.11,10.77.0.12,10.77.0.13 dbname=rollcall'
	fi
}

haproxy_start() {
	cat >"$CLUSTER_DIR/$1/haproxy.cfg" <<-END
		global
		  maxconn 500
		defaults
		  mode tcp
		  timeout connect 3s
		  timeout client 1d
		  timeout server 1d
		  option clitcpka
		  option srvtcpka
		listen primary
		  bind 127.0.0.1:5000
		  option httpchk GET /primary
		  http-check expect status 200
		  # A server that is no primary any more loses its sessions at once.
		  default-server inter 2s fall 2 rise 1 on-marked-down shutdown-sessions
		  server pg1 10.77.0.11:5432 check port 8008
		  server pg2 10.77.0.12:5432 check port 8008
		  server pg3 10.77.0.13:5432 check port 8008
	END
	behind "$CLUSTER_DIR/$1/haproxy.log" on "$1" setsid haproxy -db -f "$CLUSTER_DIR/$1/haproxy.cfg"
}

app_conf() {
	mkdir -p "$CLUSTER_DIR/$1/log" "$CLUSTER_DIR/$1/pid" "$CLUSTER_DIR/$1/sock" "$CLUSTER_DIR/$1/tmp" "$CLUSTER_DIR/$1/tls"
	cat >"$CLUSTER_DIR/$1/rollcall.conf" <<-END
		database = $(database)
		share_dir = $top
		log_file = $CLUSTER_DIR/$1/log/import.log
		metrics_file = $CLUSTER_DIR/$1/tmp/metrics
		max_attempts = 50
		secure_cookies = false
	END
}

app_start() {
	haproxy_start "$1"
	ip netns exec "rc-$1" unshare -u sh -c 'hostname "$0" && exec "$@"' "$1" \
		env LISTEN="$(address "$1")" "$top/nginx/stack/do.sh" site_start "$CLUSTER_DIR/$1" 80 443 2 4 1
}

front_start() {
	mkdir -p "$CLUSTER_DIR/front"
	cat >"$CLUSTER_DIR/front/nginx.conf" <<-END
		user root;
		worker_processes 1;
		daemon off;
		pid $CLUSTER_DIR/front/nginx.pid;
		error_log $CLUSTER_DIR/front/error.log;
		events { worker_connections 256; }
		http {
			access_log off;
			client_body_temp_path $CLUSTER_DIR/front/body;
			proxy_temp_path $CLUSTER_DIR/front/proxy;
			client_max_body_size 51m;
			# A host that does not answer is left out for 5 seconds.  A POST is sent to
			# one host alone, unless it could not be connected to.
			upstream hosts {
				server 10.77.0.21 max_fails=1 fail_timeout=5s;
				server 10.77.0.22 max_fails=1 fail_timeout=5s;
			}
			server {
				listen 10.77.0.30:80;
				location / {
					proxy_pass http://hosts;
					proxy_set_header Host \$host;
					proxy_connect_timeout 1s;
					proxy_read_timeout 120s;
					proxy_socket_keepalive on;
					proxy_next_upstream error timeout http_502 http_504;
				}
			}
		}
	END
	# A host that was cut off while it had a request is noticed by the kernel, in 10 seconds:
	# nginx would wait for its answer as long as proxy_read_timeout.
	on front sysctl -q -w net.ipv4.tcp_keepalive_time=4 net.ipv4.tcp_keepalive_intvl=2 \
		net.ipv4.tcp_keepalive_probes=3 net.ipv4.tcp_retries2=4
	behind "$CLUSTER_DIR/front/log" on front setsid nginx -c "$CLUSTER_DIR/front/nginx.conf" -e "$CLUSTER_DIR/front/error.log"
}

# superuser DATABASE [ARGUMENTS]: psql on the primary, from outside.
superuser() {
	_db=$1
	shift
	psql -X -q -At -v ON_ERROR_STOP=1 -d "host=10.77.0.11,10.77.0.12,10.77.0.13 user=postgres dbname=$_db target_session_attrs=read-write connect_timeout=2" "$@"
}

# etcd_signal NODE SIGNAL: its etcd alone.
etcd_signal() {
	for _pid in $(ip netns pids "rc-$1"); do
		[ "$(cat "/proc/$_pid/comm" 2>/dev/null)" != etcd ] || kill -s "$2" "$_pid"
	done
}

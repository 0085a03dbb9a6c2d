#!/bin/sh
# `make phones`: Kamailio beside what `make run` started in RUN_DIR, on 127.0.0.1 alone.
#
# Reads RUN_DIR and SIP_PORT (UDP and TCP; TLS is the next port).  `make stop` ends it.
. "$(dirname "$0")/../stack/lib.sh"

SIP_PORT=${SIP_PORT:-5060}
case ${RUN_DIR:=.run} in
/*) dir=$RUN_DIR ;;
*) dir=$top/$RUN_DIR ;;
esac
proc_pid "$dir" nginx >/dev/null || die "nothing runs in $dir: begin with \`make run DETACH=1\`"
phones_stop "$dir"
phones_start "$dir" "$dir" rollcall "$SIP_PORT" $((SIP_PORT + 1)) ||
	die "Kamailio does not start; its log is $dir/log/kamailio.log"
phones_path "$dir" "$SIP_PORT" || die "nginx does not take the path for browser phones"

# A phone of the sample, or the first that there is.
phone=$(cluster_sql "$dir" rollcall -At -F ' ' <<-'END'
	SELECT sip_username, exten FROM line LEFT JOIN extension e ON (e.tenant_id, e.line_id) = (line.tenant_id, line.id)
	WHERE sip_username IS NOT NULL ORDER BY line.id LIMIT 1
END
)
realm=$(cluster_sql "$dir" rollcall -At -c 'SELECT realm FROM telephony')
cat <<END

Telephones can register:

    SIP      127.0.0.1:$SIP_PORT, UDP or TCP; TLS at 127.0.0.1:$((SIP_PORT + 1))
    browser  wss://127.0.0.1:${TLS_PORT:-9486}/phone
    domain   $realm

A phone needs a user's sip_username and sip_secret: they are on the user's page and in
every export. The first one is ${phone% *} with the number ${phone#* }. From a shell
(packages sipsak, baresip), with its secret in place of SECRET:

    sipsak -U -i -s sip:${phone% *}@127.0.0.1:$SIP_PORT -u ${phone% *} -a SECRET
    baresip -e '/uanew <sip:${phone% *}@$realm;transport=udp>;auth_pass=SECRET;outbound="sip:127.0.0.1:$SIP_PORT"'

Calls go nowhere else than to these users, as no trunk is set up. docs/telephone.md
tells the rest; the log is $dir/log/kamailio.log; \`make stop\` ends it all.
END

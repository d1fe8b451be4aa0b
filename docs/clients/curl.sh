#!/bin/bash
# The control API with curl: status, a command, and every event without losing one.
# Usage: curl.sh [KIOSK-SOCKET [ADMIN-SOCKET]]; Ctrl-C ends it. A kiosk app has the first socket only.
set -u
kiosk=${1:-/run/zone-agent/kiosk.sock} admin=${2:-} device=${DEVICE:-printer-sim}
api=http://localhost/v1

# An error has a body, too: {"code","message","zh","fixer"}; decide by "code", show "zh".
ask() {
    until curl -sS --max-time 10 --fail-with-body --unix-socket "$@"; do
        # 22 is an answer that says no. Anything else: the agent is away, and back within seconds.
        [ $? = 22 ] && return 22
        sleep 1
    done
}

# 1. Status.
echo "status $(ask "$kiosk" $api/status)"

# 2. A command: look at the printer now. With a key of our own it may be sent again after a lost answer: it is done once.
if [ -n "$admin" ]; then
    key=$(cat /proc/sys/kernel/random/uuid)
    answer=$(ask "$admin" -H "Idempotency-Key: $key" --data '{"verb":"probe"}' "$api/devices/$device/commands")
    # Answered within 2 s, it is over (200); else it goes on (202) and we ask what became of it.
    while [[ $answer == *'"state":"accepted"'* || $answer == *'"state":"running"'* ]]; do
        sleep 1
        [[ $answer =~ \"id\":\"([0-9a-f]{16})\" ]] && answer=$(ask "$admin" "$api/commands/${BASH_REMATCH[1]}")
    done
    echo "command $answer"
fi

# 3. Events. `last` is where we are; sent back after a broken connection it brings everything since, also what happened
#    while the agent was restarted. Where that is not possible a `snapshot` comes instead: start again from it.
trap 'exit 143' TERM
trap 'kill $! 2>/dev/null' EXIT
last=
while :; do
    event='' id='' data=''
    # A comment comes every 15 s: 45 s of silence is a dead connection.
    while IFS= read -r -t 45 line; do
        case $line in
            'event: '*) event=${line#event: } ;;
            'id: '*) id=${line#id: } ;;
            'data: '*) data=${line#data: } ;;
            '')
                # An empty line ends the event, and only now its id counts: one that was cut off must come again.
                if [ -n "$id" ]; then
                    echo "$event $id $data"
                    last=$id
                fi
                event='' id='' data=''
                ;;
        esac
    done < <(exec curl -sSN --fail --unix-socket "$kiosk" ${last:+-H "Last-Event-ID: $last"} $api/events)
    kill $! 2>/dev/null
    sleep 1
done

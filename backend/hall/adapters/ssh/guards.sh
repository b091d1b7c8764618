#!/bin/sh
# hall-guards 1
# Tells Hall what is busy on this server. It changes nothing, needs no root, and nothing but a
# POSIX shell, awk, head and tr. Questions come on stdin, one a line:
#
#   sessions USER…      who is logged in; connections without terminal of these users are Hall's own
#   load                load average of the last minute, and the number of CPUs
#   inhibitors          what inhibits sleep, as systemd-logind tells it
#   process NAME        whether a program of that name runs
#   lock PATH           whether that file exists
#   netns NAME PID      connections into the network of that process
#   end
#
# Each gets its answer on stdout, or `unread GUARD WHY`; the last line is `end`.
set -u
export LC_ALL=C
PATH="$PATH:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"

systemd=/run/systemd/system
proc=/proc

bounded() {
    if command -v timeout >/dev/null 2>&1; then timeout 3 "$@"; else "$@"; fi
}

unread() { printf 'unread %s\n' "$*"; }

# With the mount option hidepid (proc(5)) only one's own processes are to be seen.
sees_all() { [ -r "$proc/1/cmdline" ]; }

# ---- sessions: lines of USER and TTY, with - for none ------------------------------------------

sessions() {
    if [ -d "$systemd" ]; then
        logins=$(of_logind) || { unread sessions "systemd-logind does not answer"; return; }
    elif sees_all; then
        logins=$(of_utmp)
    else
        unread sessions "the processes of others are hidden (hidepid)"
        return
    fi
    { printf '%s\n' "$logins"; of_sshd; } | awk -v own="$*" '
        BEGIN { split(own, names, " "); for (i in names) hall[names[i]] = 1 }
        NF == 2 && !seen[$0]++ && !($2 == "-" && $1 in hall) { print "session", $1, $2 }'
    echo "read sessions"
}

# Without cron jobs, greeters and managers, and without sessions that have ended.
of_logind() {
    listed=$(bounded loginctl --no-legend --no-pager list-sessions) || return 1
    [ -n "$listed" ] || return 0
    # shellcheck disable=SC2046 # one argument per session is meant
    shown=$(bounded loginctl --no-pager show-session -p Name -p TTY -p Seat -p Class -p State \
        $(printf '%s\n' "$listed" | awk '{ print $1 }')) || return 1
    printf '%s\n' "$shown" | awk '
        function tell() {
            if (is["Name"] != "" && is["Class"] ~ /^user/ && is["State"] != "closing") {
                tty = is["TTY"] != "" ? is["TTY"] : is["Seat"]
                sub("^/dev/", "", tty)
                print is["Name"], tty == "" ? "-" : tty
            }
            split("", is)
        }
        $0 == "" { tell(); next }
        { at = index($0, "="); is[substr($0, 1, at - 1)] = substr($0, at + 1) }
        END { tell() }'
}

of_utmp() { command -v who >/dev/null 2>&1 && who 2>/dev/null | awk '$1 != "USER" { print $1, $2 }'; }

# sshd writes into its title who is logged in: "sshd: alice@pts/0", "sshd: alice@notty" for one
# without a terminal (rsync, scp), "sshd: alice" for one that only forwards.
of_sshd() {
    for dir in "$proc"/[0-9]*; do
        { read -r name <"$dir/comm"; } 2>/dev/null || continue
        case $name in sshd | sshd-session) ;; *) continue ;; esac
        title=$(tr '\0' '\n' 2>/dev/null <"$dir/cmdline" | head -n 1)
        case $title in
            *'['*) ;; # the listener, a monitor, or somebody who is not yet let in
            'sshd: '* | 'sshd-session: '*) in_title "${title#*: }" ;;
        esac
    done
}

in_title() {
    case $1 in
        *@notty) echo "${1%@*} -" ;;
        *@*) printf '%s\n' "${1##*@}" | tr , '\n' | awk -v user="${1%@*}" '{ print user, $1 }' ;;
        *) echo "$1 -" ;;
    esac
}

# ---- load and inhibitors -----------------------------------------------------------------------

load() {
    awk 'FILENAME ~ /loadavg$/ { load = $1 }
        /^cpu[0-9]/ { cpus++ }
        END { if (load == "" || !cpus) exit 1; print "load", load, cpus }' \
        "$proc/loadavg" "$proc/stat" 2>/dev/null || unread load "$proc cannot be read"
}

# The table of `systemd-inhibit --list` has no clear columns; this is the same call, with quotes.
inhibitors() {
    if [ ! -d "$systemd" ]; then
        echo "inhibitors a(ssssuu) 0"
    elif found=$(bounded busctl --no-pager call org.freedesktop.login1 /org/freedesktop/login1 \
        org.freedesktop.login1.Manager ListInhibitors 2>/dev/null); then
        printf 'inhibitors %s\n' "$found"
    else
        unread inhibitors "systemd-logind does not answer"
    fi
}

# ---- processes ---------------------------------------------------------------------------------

# The names of all programs, one a line: comm, and the last part of argv[0]. Threads of the kernel
# and zombies have no argv.
programs() {
    head -n 1 "$proc"/[0-9]*/cmdline "$proc"/[0-9]*/comm 2>/dev/null | tr '\0' '\n' | awk '
        /^==> .*\/[0-9]+\/(cmdline|comm) <==$/ {
            n = split($2, part, "/"); pid = part[n - 1]; file = part[n]; first = 1; next
        }
        !first || $0 == "" { first = 0; next }
        { first = 0 }
        file == "comm" { if (pid in lives) print; next }
        { lives[pid] = 1; sub(/.*\//, ""); print }'
}

process() {
    if ! sees_all; then
        unread processes "the processes of others are hidden (hidepid)"
        return
    fi
    [ -n "${names:=$(programs)}" ] || { unread processes "$proc cannot be read"; return; }
    short=$(printf '%.15s' "$1") # the kernel keeps no more of a name
    if printf '%s\n' "$names" | grep -Fxq -e "$1" || { [ "${#1}" -gt 15 ] &&
        printf '%s\n' "$names" | grep -Fxq -e "$short"; }; then
        printf 'process 1 %s\n' "$1"
    else
        printf 'process 0 %s\n' "$1"
    fi
}

# ---- lock files --------------------------------------------------------------------------------

lock() {
    if [ -e "$1" ] || [ -L "$1" ]; then
        printf 'lock 1 %s\n' "$1"
        return
    fi
    dir=$1
    while dir=${dir%/*} && [ -n "$dir" ] && [ ! -d "$dir" ]; do :; done
    if [ -x "${dir:-/}" ]; then
        printf 'lock 0 %s\n' "$1"
    else
        unread lock_files "${dir:-/} may not be looked into"
    fi
}

# ---- connections into containers ---------------------------------------------------------------

# Lines of the local address and port, the other end's address, and how many: what is established
# to a port that somebody listens on there. Addresses are as in /proc/net/tcp (proc(5)).
netns() {
    name=$1 net="$proc/$2/net"
    set --
    for file in "$net/tcp" "$net/tcp6"; do [ -r "$file" ] && set -- "$@" "$file"; done
    if [ "${1-}" != "$net/tcp" ]; then
        unread connections "the network of container $name cannot be read"
        return
    fi
    awk -v name="$name" '
        FNR == 1 { next }
        { split($2, here, ":"); split($3, there, ":") }
        $4 == "0A" { listens[here[2]] = 1 }
        $4 == "01" { one = here[1] " " here[2] " " there[1]; count[one]++; port[one] = here[2] }
        END { for (one in count) if (port[one] in listens) print "peer", name, one, count[one] }' \
        "$@" 2>/dev/null && printf 'read netns %s\n' "$name" ||
        unread connections "the network of container $name cannot be read"
}

# ------------------------------------------------------------------------------------------------

echo "hall-guards 1"
printf 'from %s\n' "${SSH_CONNECTION-}"
while read -r guard asked; do
    case $guard in
        sessions) sessions "$asked" ;;
        load) load ;;
        inhibitors) inhibitors ;;
        process) process "$asked" ;;
        lock) lock "$asked" ;;
        netns) netns "${asked% *}" "${asked##* }" ;;
        end) break ;;
    esac
done
echo end

#!/bin/sh
# hall-guards 1
# Tells Hall what is busy on this server. It changes nothing, needs no root, and nothing but a
# POSIX shell, awk, head, ls and tr, on Linux. Questions come on stdin, or where a shell reads this from
# there on descriptor 3 (asked=3), one a line:
#
#   sessions USER…      who is logged in; connections without terminal of these users (a tab between
#                       two) are Hall's own
#   load                load average of the last minute, and the number of CPUs
#   inhibitors          what inhibits sleep, as systemd-logind tells it
#   process NAME        whether a program of that name runs
#   lock PATH           whether that file exists
#   netns NAME PID      connections into the network of that process
#   ports PORT…         connections into these ports of the server itself, as in /proc/net/tcp
#   end
#
# Each gets its answer on stdout, or `unread GUARD WHY`; the last line is `end`.
set -u
export LC_ALL=C
PATH="$PATH:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"

systemd=/run/systemd/system
proc=/proc
dev=/dev
tab=$(printf '\t')

bounded() {
    if command -v timeout >/dev/null 2>&1; then timeout 3 "$@"; else "$@"; fi
}

unread() { printf 'unread %s\n' "$*"; }

# Tells that a guard cannot be read without the /proc of Linux, and what to do then.
lacks_proc() {
    [ -r "$proc/self/stat" ] && return 1
    unread "$1" "this system has no /proc of Linux: $2"
}

# With the mount option hidepid (proc(5)) only one's own processes are to be seen.
sees_all() { [ -r "$proc/1/cmdline" ]; }

# ---- sessions: lines of USER and TTY, a tab between, with - for none ---------------------------

sessions() {
    lacks_proc sessions "set guards.sessions to false" && return
    if [ -d "$systemd" ]; then
        logins=$(of_logind) || { unread sessions "systemd-logind does not answer"; return; }
    elif sees_all; then
        logins=
    else
        unread sessions "the processes of others are hidden (hidepid)"
        return
    fi
    { printf '%s\n' "$logins"; of_utmp; of_programs; } | own="$*" awk -F "$tab" '
        BEGIN { split(ENVIRON["own"], names, FS); for (i in names) hall[names[i]] = 1 }
        NF == 3 { nobody[$1] = 1; next }
        NF == 2 && !seen[$0]++ && !($1 in nobody) && !($2 == "-" && $1 in hall) {
            print "session", $1, $2
        }'
    echo "read sessions"
}

# Without cron jobs and managers. A session that is closing has ended, but for what was started in it
# (mosh, tmux) and still has its terminal. A greeter is marked: newer releases of who know it, too.
of_logind() {
    listed=$(bounded loginctl --no-legend --no-pager list-sessions) || return 1
    [ -n "$listed" ] || return 0
    # shellcheck disable=SC2046 # one argument per session is meant
    shown=$(bounded loginctl --no-pager show-session -p Name -p TTY -p Seat -p Class -p State \
        $(printf '%s\n' "$listed" | awk '{ print $1 }')) || return 1
    printf '%s\n' "$shown" | awk -v OFS="$tab" -v alive=" $(terminals) " '
        function tell() {
            tty = is["TTY"] != "" ? is["TTY"] : is["Seat"]
            sub("^/dev/", "", tty)
            lives = is["State"] != "closing" || (tty != "" && index(alive, " " tty " "))
            if (is["Name"] != "" && is["Class"] ~ /^user/ && lives)
                print is["Name"], tty == "" ? "-" : tty
            if (is["Name"] != "" && is["Class"] == "greeter") print is["Name"], "-", "greeter"
            split("", is)
        }
        $0 == "" { tell(); next }
        { at = index($0, "="); is[substr($0, 1, at - 1)] = substr($0, at + 1) }
        END { tell() }'
}

# The terminals that somebody has open now; those of the console are always there.
terminals() { for one in "$dev"/pts/[0-9]*; do [ -e "$one" ] && echo "${one#"$dev/"}"; done | tr '\n' ' '; }

of_utmp() {
    command -v who >/dev/null 2>&1 && who 2>/dev/null |
        awk -v OFS="$tab" '$1 != "USER" { print $1, $2 }'
}

# sshd writes into its title who is logged in: "sshd: alice@pts/0", "sshd: alice@notty" for one
# without a terminal (rsync, scp), "sshd: alice" for one that only forwards. A name may hold an @.
# What holds a terminal for somebody who came and went over SSH is known to nobody where there is no
# utmp: mosh, and Eternal Terminal.
of_programs() {
    for dir in "$proc"/[0-9]*; do
        { read -r name <"$dir/comm"; } 2>/dev/null || continue
        case $name in
            sshd | sshd-session) ;;
            mosh-server | etterminal) printf '%s\t%s\n' "$(owner "$dir")" "$name"; continue ;;
            *) continue ;;
        esac
        title=$(tr '\0' '\n' 2>/dev/null <"$dir/cmdline" | head -n 1)
        case $title in
            *'['*) ;; # the listener, a monitor, or somebody who is not yet let in
            'sshd: '* | 'sshd-session: '*) in_title "${title#*: }" ;;
        esac
    done
}

owner() {
    whose=$(ls -ld "$1" 2>/dev/null | awk '{ print $3 }')
    printf '%s\n' "${whose:-somebody}"
}

in_title() {
    case ${1##*@} in
        "$1") printf '%s\t-\n' "$1" ;;
        notty | internal-sftp*) printf '%s\t-\n' "${1%@*}" ;;
        pts/* | tty*) printf '%s\n' "${1##*@}" | tr , '\n' |
            while read -r tty; do printf '%s\t%s\n' "${1%@*}" "$tty"; done ;;
        *) printf '%s\t-\n' "$1" ;;
    esac
}

# ---- load and inhibitors -----------------------------------------------------------------------

load() {
    lacks_proc load "set guards.load to null" && return
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
    lacks_proc processes "leave out guards.processes" && return
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

# ---- connections into containers, and into the server itself -----------------------------------

netns() {
    lacks_proc connections "set guards.connections to false" && return
    peers "$1" "$proc/$2/net" "" && printf 'read netns %s\n' "$1" ||
        unread connections "the network of container $1 cannot be read"
}

ports() {
    lacks_proc ports "leave out guards.ports" && return
    peers - "$proc/self/net" "$1" && echo "read ports" ||
        unread ports "the network of the server cannot be read"
}

# Lines of the local address and port, the other end's address, and how many: what is established
# to a port that somebody listens on there, and that is among the given. Addresses are as in
# /proc/net/tcp (proc(5)).
peers() {
    name=$1 net=$2 wanted=$3
    set --
    for file in "$net/tcp" "$net/tcp6"; do [ -r "$file" ] && set -- "$@" "$file"; done
    [ "${1-}" = "$net/tcp" ] || return 1
    awk -v name="$name" -v wanted="$wanted" '
        BEGIN { all = !split(wanted, ports, " "); for (i in ports) asked[ports[i]] = 1 }
        FNR == 1 { next }
        { split($2, here, ":"); split($3, there, ":") }
        $4 == "0A" && (all || here[2] in asked) { listens[here[2]] = 1 }
        $4 == "01" { one = here[1] " " here[2] " " there[1]; count[one]++; port[one] = here[2] }
        END { for (one in count) if (port[one] in listens) print "peer", name, one, count[one] }' \
        "$@" 2>/dev/null
}

# ------------------------------------------------------------------------------------------------

answer() {
    echo "hall-guards 1"
    printf 'from %s\n' "${SSH_CONNECTION-}"
    while read -r guard question; do
        case $guard in
            sessions) sessions "$question" ;;
            load) load ;;
            inhibitors) inhibitors ;;
            process) process "$question" ;;
            lock) lock "$question" ;;
            netns) netns "${question% *}" "${question##* }" ;;
            ports) ports "$question" ;;
            end) break ;;
        esac
    done
    echo end
}

if [ "${asked-}" = 3 ]; then answer <&3; else answer; fi

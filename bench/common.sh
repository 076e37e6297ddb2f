# What the scripts here have in common; to be sourced.

now() { date +%s%N; }

ask() { # PORT REQUEST; whether the server answers that it succeeded
    (
        exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
        printf '%s\n' "$2" >&3
        head -n 1 <&3 | grep -q '"success":true'
    )
}

# Waits for 10 ms, without a process: one that starts on the same processors is to have them.
exec {quiet}<> <(:)
pause() { read -rt 0.01 -u "$quiet" || true; }

resident() { # PID; MiB
    awk '/^VmRSS/ { printf "%.0f\n", $2 / 1024 }' "/proc/$1/status"
}

median() { # of the numbers on standard input
    sort -g | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

machine() { echo "$(nproc) x $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)"; }

# shellcheck shell=bash
# Processes of one run: started in their own session, recorded, and stopped by that record only.
# A record is "pid start-time"; the start time tells a process from a later one with its number.

process_stamp() {  # PID -> the kernel's start time of that process; nothing when it is gone
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  # The name in parentheses may hold anything; fields are counted after its last ")".
  awk '{ print $20 }' <<<"${stat##*) }"
}

process_start() {  # STATE NAME COMMAND...
  local state=$1 name=$2 pid
  shift 2
  mkdir -p "$state/pids" "$state/log"
  # Ends with this shell should that be killed: nobody would be left to stop it.
  setsid setpriv --pdeathsig KILL "$@" </dev/null >>"$state/log/$name.log" 2>&1 &
  pid=$!
  echo "$pid $(process_stamp "$pid" || true)" >"$state/pids/$name"
}

process_alive() {  # STATE NAME
  local pid stamp
  [[ -r $1/pids/$2 ]] || return 1
  read -r pid stamp <"$1/pids/$2"
  [[ -n $stamp && $(process_stamp "$pid" || true) == "$stamp" ]] || return 1
  # One that has ended and was not waited for yet is not alive.
  [[ $(awk '{ print $2 }' <<<"$(sed 's/.*)/)/' "/proc/$pid/stat" 2>/dev/null)") != Z ]]
}

# TERM, then KILL after GRACE seconds. One that is stopped (SIGSTOP) is continued first.
process_stop() {  # STATE NAME GRACE
  local pid stamp deadline
  process_alive "$1" "$2" || { rm -f "$1/pids/$2"; return 0; }
  read -r pid stamp <"$1/pids/$2"
  kill -TERM "$pid" 2>/dev/null || true
  kill -CONT "$pid" 2>/dev/null || true
  deadline=$((SECONDS + $3))
  while process_alive "$1" "$2" && ((SECONDS < deadline)); do sleep 0.1; done
  if process_alive "$1" "$2"; then kill -KILL "$pid" 2>/dev/null || true; fi
  rm -f "$1/pids/$2"
}

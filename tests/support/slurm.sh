#!/usr/bin/env bash
# A cluster of one machine for tests: munge, one controller, three nodes; no systemd, no cgroups.
#
#   slurm.sh up DIR          start it, with all its files in DIR
#   slurm.sh cut DIR NODE    cut the power of a node: its daemon and all its processes die at once
#   slurm.sh down DIR        stop what `up` started
#
# Needs root and the Debian packages slurm-wlm, slurm-wlm-basic-plugins and munge.
set -euo pipefail

readonly command="$1" folder="$2" nodes=3
export SLURM_CONF="$folder/slurm.conf"

start_munge() {
    mkdir -p /run/munge
    chown munge:munge /run/munge
    chmod 755 /run/munge
    if ! munge -n >/dev/null 2>&1; then
        runuser -u munge -- /usr/sbin/munged
        touch "$folder/own-munge"
    fi
}

# Ports from the process number, so that several clusters do not meet.
configure() {
    local host port
    host="$(hostname -s)"
    port=$((20000 + $$ % 20000))
    cat >"$SLURM_CONF" <<CONFIGURATION
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
AuthType=auth/munge
AuthInfo=cred_expire=10
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool.%n
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.%n.pid
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmdLogFile=$folder/log/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
AccountingStorageType=accounting_storage/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=2,bf_interval=5
ReturnToService=2
JobRequeue=1
SlurmdTimeout=10
KillWait=5
SlurmdParameters=config_overrides
NodeName=n[1-$nodes] NodeHostname=$host NodeAddr=127.0.0.1 Port=[$((port + 1))-$((port + nodes))] CPUs=2 RealMemory=2000 State=UNKNOWN
PartitionName=main Nodes=n[1-$nodes] Default=YES MaxTime=INFINITE State=UP
CONFIGURATION
}

up() {
    mkdir -p "$folder/state" "$folder/log"
    start_munge
    configure
    slurmctld -f "$SLURM_CONF"
    for node in $(seq "$nodes"); do
        mkdir -p "$folder/spool.n$node"
        slurmd -f "$SLURM_CONF" -N "n$node"
    done
    for _ in $(seq 60); do
        [ "$(sinfo --noheader --Node --format=%T | grep -c idle)" -eq "$nodes" ] && return
        sleep 0.5
    done
    echo "the nodes do not come up" >&2
    sinfo --Node >&2
    return 1
}

# The processes of a job know their node by their environment; their parents are the step daemons.
cut_power() {
    local node="$1" entry process parent
    kill -9 "$(cat "$folder/slurmd.$node.pid")"
    for entry in /proc/[0-9]*; do
        process="${entry#/proc/}"
        { tr '\0' '\n' <"$entry/environ"; } 2>/dev/null | grep -qx "SLURMD_NODENAME=$node" || continue
        { tr '\0' '\n' <"$entry/environ"; } 2>/dev/null | grep -qx "SLURM_CONF=$SLURM_CONF" || continue
        parent="$(awk '{ print $4 }' "$entry/stat" 2>/dev/null || true)"
        if [ -n "$parent" ] && grep -q slurmstepd "/proc/$parent/comm" 2>/dev/null; then
            kill -9 "$parent" 2>/dev/null || true
        fi
        kill -9 "$process" 2>/dev/null || true
    done
}

down() {
    local file
    scancel --user=root 2>/dev/null || true
    for file in "$folder"/slurmd.*.pid "$folder/slurmctld.pid"; do
        if [ -f "$file" ]; then kill "$(cat "$file")" 2>/dev/null || true; fi
    done
    if [ -f "$folder/own-munge" ] && [ -f /run/munge/munged.pid ]; then
        kill "$(cat /run/munge/munged.pid)" 2>/dev/null || true
    fi
}

case "$command" in
up) up ;;
cut) cut_power "$3" ;;
down) down ;;
*)
    echo "unknown command $command" >&2
    exit 2
    ;;
esac

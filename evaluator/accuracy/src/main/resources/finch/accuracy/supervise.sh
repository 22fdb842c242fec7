# Runs a command in a process group of its own and kills the whole group when the command ends, or when standard input
# does: Finch holds the other end of it, so that no trainer outlives Finch, however Finch ends.
# Usage: sh -c "$(cat supervise.sh)" finch REQUEST COMMAND...; the command reads the file REQUEST.
trap '' INT HUP
# a signal to all processes of a job ends the waiting; caught, and not ignored, since the trainer would inherit that
trap : TERM
request=$1
shift
exec 3<&0
if command -v setsid >/dev/null 2>&1; then
  setsid "$@" <"$request" 3<&- &
else
  set -m
  "$@" <"$request" 3<&- &
fi
child=$!
# the shell has nothing to say of its own: "Killed" and the like are no words of the trainer
exec 2>/dev/null
# the child itself too: it may not have made its group yet
( trap '' TERM; read -r _ <&3; kill -s KILL -- "-$child" || kill -s KILL "$child" ) >/dev/null &
watcher=$!
wait "$child"
status=$?
kill -s KILL -- "-$child"
kill -s KILL "$watcher"
exit "$status"

#!/bin/sh
# A trainer without dependencies that does what MOCK says. MOCK_TRACE names a file that notes when trainers begin and end.
read -r request
id=$(printf '%s' "$request" | sed 's/.*"id":"\([0-9a-f]*\)".*/\1/')
[ -n "$MOCK_TRACE" ] && echo "+ $$" >>"$MOCK_TRACE"
echo "epoch 1 of $id" >&2
mode=$MOCK
if [ "$mode" = flaky ]; then
  if [ -e tried ]; then mode=good; else touch tried; mode=crash; fi
fi
if [ "$mode" = mixed ]; then
  case $id in [0-3]*) mode=crash ;; [45]*) mode=hang ;; [67]*) mode=lie ;; *) mode=good ;; esac
fi
case $mode in
  good) echo "{\"id\":\"$id\",\"top1\":7$(printf '%s' "$id" | tr -dc '0-9' | cut -c1).5,\"standardError\":0.2,\"metrics\":{\"loss\":1.5},\"artefact\":\"weights.bin\"}" ;;
  together) while [ "$(grep -c '^+' "$MOCK_TRACE")" -lt 2 ]; do sleep 0.02; done; sleep 0.2; echo '{"top1": 70}' ;;
  crash) echo "out of memory" >&2; exit 3 ;;
  coloured) printf '\033[31mloss \t nan\007\n' >&2; exit 4 ;;
  no-signal) exit 255 ;;
  loud) yes "epoch by epoch" | head -c 300000 >&2; echo '{"top1": 70}' ;;
  killed) kill -9 $$ ;;
  hang) sleep 600 ;;
  hang-with-child) sleep 601 & echo $! >child; wait ;;
  leave-child) sleep 602 >/dev/null 2>&1 & echo $! >child; echo '{"top1": 70}' ;;
  lie) echo "{\"top1\": 170}" ;;
  nan) echo '{"top1": NaN}' ;;
  other) echo '{"id": "0000", "top1": 70}' ;;
  nothing) ;;
  chatter) echo "epoch 1"; echo '{"top1": 70}' ;;
  unknown-key) echo '{"top1": 70, "topl": 71}' ;;
  text) echo 'top1: 70' ;;
  endless) yes ;;
  good-but-fails) echo '{"top1": 70}'; exit 1 ;;
esac
[ -n "$MOCK_TRACE" ] && echo "- $$" >>"$MOCK_TRACE"
exit 0

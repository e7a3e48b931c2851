"""Steps that do as a test wants."""

import json

RECEIPT = {"schema": "collecte.receipt/1", "step": "end", "path": "/donnees/é.json", "commune": "L'Haÿ-les-Roses 🎉"}

# Ends as its argument says, and leaves what it was given beside itself.
END = r"""#!/bin/bash
here=$(dirname "$0")
env > "$here/env"
echo '{"level":"INFO","message":"starting"}' >&2
case $1 in
    KILL) kill -KILL $$ ;;
    0) ;;
    long)
        # Notes around the receipt, and a last line that is none of ours; bytes that are no UTF-8.
        for i in $(seq 500); do echo '{"level":"INFO","message":"déjà"}' >&2; done
        receipt=$(cat "$here/long.json") ;;
    silent) exit 0 ;;
    mute) exit 1 ;;
    wait)
        stop() {
            echo stopped >> "$here/stopped"
            echo '{"level":"ERROR","message":"stopped by SIGTERM"}' >&2
            exit 143
        }
        trap stop TERM
        echo $$ > "$here/waiting"
        if [ -e "$here/stopped" ]; then exit 65; fi
        while :; do sleep 0.05; done ;;
    chatty)
        echo '{"level":"DEBUG","message":"a detail"}' >&2
        echo 'plain' >&2
        echo '{"time":"t","level":"WARN","step":"end","message":"not so well","file":"é"}' >&2 ;;
    later) echo '{"message":"could not ask","retry_after_s":1}' >&2; exit 69 ;;
    99) echo '{"level":"INFO","message":"nothing new: all is there"}' >&2; exit 99 ;;
    *) echo '{"level":"ERROR","message":"could not end: é","hint":"wait","exit_code":'"$1"'}' >&2; exit "$1" ;;
esac
: "${receipt:=$(cat "$here/receipt.json")}"
if [ -n "$RECEIPT_FILE" ]; then printf '%s\n' "$receipt" > "$RECEIPT_FILE"; fi
printf '%s\n' "$receipt"
if [ "$1" = long ]; then sleep 0.1; printf 'late \xff\xc3 note\n{"message":"not the receipt"}\n\n' >&2; fi
"""

FOLLOW = r"""#!/bin/bash
printf '%s\0' "$@" > "$(dirname "$0")/followed"
printf '{"schema":"collecte.receipt/1","path":"b"}\n' | tee "${RECEIPT_FILE:-/dev/null}"
"""

# What a receipt may be at most, 4,095 bytes and its line feed.
LONG = RECEIPT | {"padding": ""}
LONG["padding"] = "x" * (4_095 - len(json.dumps(LONG)))


def write_scripts(folder):
    for name, text in (("end", END), ("follow", FOLLOW)):
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    (folder / "receipt.json").write_text(json.dumps(RECEIPT))
    (folder / "long.json").write_text(json.dumps(LONG))

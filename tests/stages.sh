# shellcheck shell=bash
# Sourced by `tests/run` and `.ci/run`: names and times each stage of a run, and judges the whole.

report=()
failures=0

# What a stage returns when it could not be done here and that is no failure.
NOT_DONE=77

# stage NAME COMMAND..: runs COMMAND and returns its status.
stage() {
    local name=$1 start=$SECONDS status=0 verdict=ok
    shift
    printf '\n==> %s: %s\n' "$name" "$*"
    "$@" || status=$?
    if ((status == NOT_DONE)); then
        verdict='NOT DONE, the reason is above'
    elif ((status != 0)); then
        verdict="FAILED with $status, look above for '==> $name'"
        failures=$((failures + 1))
    fi
    report+=("$(printf '%-12s %5d s  %s' "$name" $((SECONDS - start)) "$verdict")")
    return "$status"
}

# end_run NAME: says which stage took how long and which failed, then exits.
end_run() {
    printf '\n%s, in %d s:\n' "$1" "$SECONDS"
    printf '  %s\n' "${report[@]}"
    if ((failures > 0)); then
        printf '%s: %d of %d stages failed\n' "$1" "$failures" "${#report[@]}"
        exit 1
    fi
    printf '%s: all passed\n' "$1"
    exit 0
}

# need_tool NAME VERSION: installs a cargo subcommand from its source, unless some version is there.
need_tool() {
    cargo "${1#cargo-}" --version >/dev/null 2>&1 && return
    printf '%s is missing: installing version %s, once, in some minutes\n' "$1" "$2"
    # A target folder of its own is dropped afterwards: the tool's build is of no use to ours.
    env -u CARGO_TARGET_DIR cargo install "$1" --version "$2" --locked
}

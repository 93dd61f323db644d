# Sourced by scripts/serve and scripts/test: makes the virtual environment of this checkout, .venv, and keeps it until
# pyproject.toml changes. The caller has set `me` (its name) and `root` (the checkout); afterwards `python` runs in .venv.

say() { printf '%s: %s\n' "$me" "$*" >&2; }
fail() { say "$*"; exit 1; }

# Set `found` to a Python that is new enough and can make virtual environments, the newest first.
find_python() {
    incomplete=
    for found in ${PYTHON:-python3.14 python3.13 python3.12 python3.11 python3}; do
        "$found" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
        "$found" -c 'import ensurepip, venv' 2>/dev/null && return
        incomplete=$found
    done
    if [ -n "$incomplete" ]; then
        fail "$incomplete cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv"
    fi
    fail "Python 3.11 or newer is needed and was not found. Install it, or say where: PYTHON=/path/to/python $me"
}

# environment KIND REQUIREMENT: have REQUIREMENT (the checkout, perhaps with an extra) installed.
environment() {
    python=$root/.venv/bin/python
    stamp=$root/.venv/installed-for-$1
    state="$root $(cksum <"$root/pyproject.toml")"
    if [ -x "$python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$state" ]; then
        return
    fi
    if ! "$python" -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        find_python
        say "making a virtual environment in $root/.venv with $found, $("$found" --version)"
        "$found" -m venv --clear "$root/.venv" || fail "$found could not make $root/.venv; its message is above"
    fi
    say "installing kafkalite and what it needs into $root/.venv (the first time only)"
    "$python" -m pip install --quiet --disable-pip-version-check --no-input -e "$2" ||
        fail "pip could not install it; its message is above. It needs a network, or a package index it can reach"
    printf '%s\n' "$state" >"$stamp"
}

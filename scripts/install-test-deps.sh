#!/usr/bin/env bash
# Installs what the tests need beyond Rust: a Python with the package `hdrhistogram`, the
# second reader of the interval log, in target/test-venv; Chromium with its driver, in which the
# HTML report is opened; axe-core, which judges its accessibility, and jest-sarif, which brings
# the schema of SARIF along, in target/test-npm; and promtool, which checks alert rules and metrics.
# Works as root on Debian; elsewhere install python3 with its venv module, chromium,
# chromedriver, npm and promtool yourself.
set -euo pipefail
cd "$(dirname "$0")/.."

venv=target/test-venv
if [ ! -x "$venv/bin/python" ]; then
    if ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
        if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
            apt-get update
            apt-get install -y --no-install-recommends python3 python3-venv
        else
            echo "install-test-deps: python3 with its venv module is missing; install it and run this again" >&2
            exit 1
        fi
    fi
    mkdir -p target
    python3 -m venv "$venv"
fi
if ! "$venv/bin/python" -c 'import hdrh' 2>/dev/null; then
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check 'hdrhistogram==0.10.8'
fi
echo "test dependencies: hdrhistogram for Python is in $venv"

missing=()
command -v chromium >/dev/null || missing+=(chromium)
command -v chromedriver >/dev/null || missing+=(chromium-driver)
command -v npm >/dev/null || missing+=(npm)
# For promtool alone, which checks the alert rules.
command -v promtool >/dev/null || missing+=(prometheus)
if [ "${#missing[@]}" -gt 0 ]; then
    if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
        apt-get update
        apt-get install -y --no-install-recommends "${missing[@]}"
    else
        echo "install-test-deps: ${missing[*]} missing; install them and run this again" >&2
        exit 1
    fi
fi
if [ ! -f target/test-npm/node_modules/axe-core/axe.min.js ] ||
    [ ! -f target/test-npm/node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json ]; then
    npm install --prefix target/test-npm --no-audit --no-fund --ignore-scripts --silent \
        'axe-core@4' '@microsoft/jest-sarif@1.0.0-beta.0'
fi
echo "test dependencies: $(chromedriver --version | cut -d' ' -f1-2), axe-core and jest-sarif in target/test-npm, promtool"

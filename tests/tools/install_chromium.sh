#!/bin/sh
# Install Debian's chromium when there is none. The browser tests drive /usr/bin/chromium.
set -eu

if [ -x /usr/bin/chromium ]; then
    exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "The browser tests need Chromium at /usr/bin/chromium, and this system has no apt-get to install it with:" >&2
    echo "install Chromium with your system's package manager and run 'make browser' again." >&2
    exit 1
fi

as_root=""
if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "Installing Chromium needs root: run 'apt-get install chromium' as root, then 'make browser' again." >&2
        exit 1
    fi
    as_root="sudo"
fi
echo "Installing Debian's chromium ..."
$as_root apt-get update -qq
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium fonts-liberation >/dev/null

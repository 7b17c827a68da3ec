#!/usr/bin/env bash
# Installs what the tests need from Debian beside Node. As root it installs; else it names the packages.
set -euo pipefail

declare -A package_of=([chromium]=chromium [strace]=strace [python3]=python3 [mkfs.ext4]=e2fsprogs [unshare]=util-linux [mount]=mount)
missing=()
for program in "${!package_of[@]}"; do
  command -v "$program" >/dev/null 2>&1 || missing+=("${package_of[$program]}")
done
if [ ${#missing[@]} -eq 0 ]; then
  echo "setup: everything is there"
  exit 0
fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "setup: install these packages, then run the tests again: ${missing[*]}" >&2
  echo "       (tests that need them are skipped until then)" >&2
  exit 0
fi
echo "setup: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
echo "setup: done"

#!/bin/sh
# Unpacks the package into a new root directory, with the libraries of this system that the program is linked with: root.sh PACKAGE.deb DIRECTORY
set -eu
package=$1 root=$2
dpkg-deb --extract "$package" "$root"
ldd "$root/usr/bin/footbridge" | grep -o '/[^ ]*' | while read -r library; do
    install -D --mode=755 "$library" "$root$library"
done
mkdir -p "$root/var/lib/footbridge" "$root/run/footbridge" "$root/tmp"

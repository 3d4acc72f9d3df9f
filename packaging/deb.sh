#!/bin/sh
# Makes a Debian package of a program and the page's files that are there already: deb.sh PROGRAM PAGE-FILES VERSION OUT.deb
# `cargo xtask package` builds both and calls this. The same input gives the same bytes.
set -eu
program=$1 page_files=$2 version=$3 out=$4
here=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
chmod 755 "$tree"
umask 022
architecture=$(dpkg --print-architecture)
library=$(getconf GNU_LIBC_VERSION | cut -d' ' -f2)

put() { install -D --mode="$1" "$2" "$tree/$3"; }
put 755 "$program" usr/bin/footbridge
strip --strip-unneeded "$tree/usr/bin/footbridge"
put 644 "$here/footbridge.service" usr/lib/systemd/system/footbridge.service
put 644 "$here/sysusers.conf" usr/lib/sysusers.d/footbridge.conf
put 644 "$here/footbridge.toml" etc/footbridge/footbridge.toml
put 644 "$here/../docs/operate/footbridge.toml" usr/share/doc/footbridge/footbridge.toml
for document in running first-line volume backup; do
    put 644 "$here/../docs/operate/$document.md" "usr/share/doc/footbridge/$document.md"
done
put 644 "$here/../LICENSES.md" usr/share/doc/footbridge/copyright
for file in "$page_files"/*; do
    put 644 "$file" "usr/share/footbridge/page-files/$(basename "$file")"
done
"$program" completions bash > "$tree/completions"
put 644 "$tree/completions" usr/share/bash-completion/completions/footbridge
"$program" completions zsh > "$tree/completions"
put 644 "$tree/completions" usr/share/zsh/vendor-completions/_footbridge
rm "$tree/completions"

(cd "$tree" && find etc usr -type f | LC_ALL=C sort | xargs md5sum) > "$tree/sums"
put 644 "$tree/sums" DEBIAN/md5sums
rm "$tree/sums"
put 755 "$here/postinst" DEBIAN/postinst
put 755 "$here/prerm" DEBIAN/prerm
echo /etc/footbridge/footbridge.toml > "$tree/DEBIAN/conffiles"
cat > "$tree/DEBIAN/control" <<END
Package: footbridge
Version: $version
Architecture: $architecture
Maintainer: Footbridge <footbridge@localhost>
Section: net
Priority: optional
Depends: libc6 (>= $library), libgcc-s1, systemd
Recommends: age, cryptsetup-bin
Suggests: tor
Description: relay of a safe-passage line
 An anonymous, end-to-end encrypted helpline on one small server, which can
 read nothing of it.
END
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-0}
export SOURCE_DATE_EPOCH
find "$tree" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
dpkg-deb --root-owner-group -Zgzip --build "$tree" "$out" > /dev/null

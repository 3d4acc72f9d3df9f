#!/bin/sh
# Checks a card pack with public tools alone: sh, unzip, openssl (3.0 or newer), sha256sum, od, tail, grep. docs/operate/pack.md explains each step.
#   sh check-pack.sh PACK.zip [LINE-ID]
# Ends with 0 only when every step holds. LINE-ID is 64 digits, from somewhere else than the pack.
set -eu
export LC_ALL=C

fail() { echo "NOT GENUINE: $1" >&2; exit 1; }
hex() { od -An -v -tx1 "$1" | tr -d ' \n'; }
slice() { od -An -v -tx1 -j"$2" -N"$3" "$1" | tr -d ' \n'; }
number() { od -An -tu1 -j"$2" -N1 "$1" | tr -d ' \n'; }
hash() { sha256sum "$1" | cut -c1-64; }
key() { openssl pkey -pubin -in "$1" -outform DER | tail -c 32 | od -An -v -tx1 | tr -d ' \n'; }

# Whether one of the keys that stand from an offset of a file on, 32 bytes each after their count, is this one.
listed() {
    keys=$(number "$1" $(($2 - 1)))
    index=0
    while [ "$index" -lt "$keys" ]; do
        [ "$(slice "$1" $(($2 + 32 * index)) 32)" = "$3" ] && return 0
        index=$((index + 1))
    done
    return 1
}

# Counts the keys of NAME-*.pem that stand in a file, each once, whose signatures are right. All that are there must be right.
signers() {
    seen=
    count=0
    for pem in "$1"-*.pem; do
        [ -e "$pem" ] || break
        openssl pkeyutl -verify -pubin -inkey "$pem" -rawin -in "$1.message" -sigfile "${pem%.pem}.sig" > "$work/said" 2>&1 \
            || fail "${pem%.pem}.sig is not right"
        digits=$(key "$pem")
        listed "$2" "$3" "$digits" || fail "$pem is nobody who may sign"
        case " $revoked $seen " in
            *" $digits "*) ;;
            *) seen="$seen $digits"; count=$((count + 1)) ;;
        esac
    done
    echo "$count"
}

[ $# -ge 1 ] || fail "which file? sh check-pack.sh PACK.zip [LINE-ID]"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unzip -q "$1" -d "$work/pack" < /dev/null || fail "it cannot be unpacked"
cd "$work/pack"

# 1. The files are those of the list, all of them.
sha256sum --check --strict --quiet SHA256SUMS || fail "a file was changed"
find . -type f ! -path './SHA256SUMS' ! -path './signed/*' | cut -c3- | sort > "$work/here"
cut -c67- SHA256SUMS | sort > "$work/due"
cmp -s "$work/here" "$work/due" || fail "a file was added"

# 2. The line id is the hash of what names the line. Offsets: the tag "footbridge/1/line-id" and a zero byte are 21 bytes.
line=$(hash proof/root.hashed)
[ "$(slice proof/root.hashed 0 21)" = "666f6f746272696467652f312f6c696e652d696400" ] || fail "proof/root.hashed names no line"
[ -z "${2:-}" ] || [ "$line" = "$2" ] || fail "it is of another line"

# 3. The root keys signed who publishes. The tag "footbridge/1/statement" and a zero byte are 23 bytes; then kind, line id, and the body.
statement=666f6f746272696467652f312f73746174656d656e7400
[ "$(slice proof/delegation.message 0 56)" = "${statement}02${line}" ] || fail "the delegation is of another line"
revoked=
due=$(number proof/root.hashed 21)
count=$(signers proof/delegation proof/root.hashed 23)
[ "$count" -ge "$due" ] || fail "only $count of $due root keys signed"

# 4. Those who publish signed the list of files; whose key was revoked does not count.
for message in proof/revocation-*.message; do
    [ -e "$message" ] && revoked="$revoked $(tail -c 32 "$message" | od -An -v -tx1 | tr -d ' \n')"
done
[ "$(slice signed/manifest.message 0 56)" = "${statement}0e${line}" ] || fail "the manifest is of another line"
[ "$(tail -c 32 signed/manifest.message | od -An -v -tx1 | tr -d ' \n')" = "$(hash SHA256SUMS)" ] \
    || fail "another list of files was signed"
due=$(number proof/delegation.message 68)
count=$(signers signed/manifest proof/delegation.message 70)
[ "$count" -ge "$due" ] || fail "only $count of $due coordinators signed"

day=$((0x$(slice signed/manifest.message 60 4)))
echo "genuine, of the line $line"
echo "made for $(date -u -d "@$((day * 86400))" +%Y-%m-%d 2> /dev/null || echo "day $day since 1970-01-01")"

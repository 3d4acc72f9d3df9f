#!/bin/sh
# Checks the page of a line with public tools alone: sh, awk, tr, cmp, sha256sum, ssh-keygen (OpenSSH 8.1 or newer), and curl for an address.
#   sh check-page.sh PAGE [FOLDER]
# PAGE is an address or a file, saved as "HTML only". FOLDER has the list of releases, page.sums, its signatures, page.sums.NAME.sig, and the
# release keys, signers; it is the folder "releases" of the source code. Ends with 0 only when the page is the newest release.
# docs/operate/release.md explains each step, and what none of this can say.
set -eu
export LC_ALL=C

fail() { echo "NO RELEASED PAGE: $1. Type nothing into it." >&2; exit 1; }
bad_list() { echo "The list of releases cannot be believed: $1. Get it again." >&2; exit 1; }

[ $# -ge 1 ] || { echo "which page? sh check-page.sh PAGE [FOLDER]" >&2; exit 1; }
folder=${2:-releases}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# 1. The list is signed by as many release keys as the first line of the signers says; all signatures that are there must be right.
due=$(awk 'NR == 1 && /^# threshold [1-9][0-9]*$/ { print $3 }' "$folder/signers")
[ -n "$due" ] || bad_list "the first line of $folder/signers names no threshold"
awk '/^#/ { next }
    !/^[a-z0-9]+ namespaces="footbridge-page" ssh-ed25519 [A-Za-z0-9+\/=]+$/ || name[$1]++ || key[$4]++ { wrong = 1 }
    END { exit wrong }' "$folder/signers" || bad_list "$folder/signers is not of its form"
count=0
for signature in "$folder"/page.sums.*.sig; do
    [ -e "$signature" ] || break
    name=${signature##*/page.sums.}
    name=${name%.sig}
    ssh-keygen -Y verify -f "$folder/signers" -I "$name" -n footbridge-page -s "$signature" \
        < "$folder/page.sums" > "$work/said" 2>&1 || bad_list "the signature of $name is not right"
    count=$((count + 1))
done
[ "$count" -ge "$due" ] || bad_list "only $count of $due release keys signed it"

# 2. The page as it is, of text without a zero byte: some tools stop reading at one.
case $1 in
    http://*|https://*) curl --silent --show-error --fail --max-time 60 --output "$work/page" "$1" || fail "it could not be fetched" ;;
    *) cat "$1" > "$work/page" || fail "it could not be read" ;;
esac
tr -d '\000' < "$work/page" | cmp -s - "$work/page" || fail "it has a zero byte"

# 3. What the line put in is taken out: one line after each of four lines, and the digits of the pace. All five must be there once, in order.
awk -v work="$work" '
    taken { print $0 > (work "/" taken); print "@" taken "@"; taken = ""; next }
    /^<body data-leave="about:blank" data-pace="/ {
        if (++at != 1 || !/^<body data-leave="about:blank" data-pace="[1-9][0-9][0-9]?[0-9]?[0-9]?">$/) exit 1
        print "<body data-leave=\"about:blank\" data-pace=\"@pace@\">"; next
    }
    { print }
    $0 == "<!--warning-->" { taken = "warning"; if (++at != 2) exit 1 }
    $0 == "<p id=\"check-words\" data-testid=\"check-words\">" { taken = "check-words"; if (++at != 3) exit 1 }
    $0 == "<div id=\"cards-list\">" { taken = "answers"; if (++at != 4) exit 1 }
    $0 == "<script type=\"text/plain\" id=\"line\">" { taken = "line"; if (++at != 5) exit 1 }
    END { if (at != 5 || taken) exit 1 }
' "$work/page" > "$work/released" || fail "the places that a line fills in are not where they were"
[ -z "$(tail -c 1 "$work/page")" ] || fail "it is cut off"

# 4. Nothing that runs, hides or leads away stands in what was taken out.
for place in warning check-words answers line; do
    tr -d '\011\012\040-\176\200-\377' < "$work/$place" > "$work/controls"
    [ ! -s "$work/controls" ] || fail "a control character stands where the line put in its $place"
done
awk '!/^[^<>]*$/ { exit 1 }' "$work/check-words" || fail "its check words are no text"
awk '!/^[A-Za-z0-9+\/]+=?=?$/ || length($0) % 4 { exit 1 }' "$work/line" || fail "the line in it is no base64"
awk '!/^<div id="warned" class="band warned" role="alert" data-testid="warned"( hidden)?><p id="warned-of">[^<>]*<\/p><p><bdi id="warned-address" class="address">[^<>]*<\/bdi><\/p><\/div><div id="ends" class="band warned" role="alert" data-testid="ends"( hidden)?><p id="ends-said">[^<>]*<\/p><\/div>$/ { exit 1 }' \
    "$work/warning" || fail "its warning is no warning"
awk '
    function begins(tag) {
        if (index(tag, "lang=\"*\"")) return 0
        gsub(/ lang="(en|ko|ko-KP|ru|uk)"/, " lang=\"*\"", tag)
        return tag ~ /^(summary dir="auto"|p|p class="text" dir="auto"|p class="(small|trouble)" lang="\*"|dl|dt lang="\*"|dd|ul class="small" lang=""|li|time datetime="[^"]*"|details lang="\*" data-testid="card" data-standing="(live|expired|suspended|withdrawn)")$/
    }
    {
        count = split($0, part, "<")
        if (part[1] ~ />/) exit 1
        for (i = 2; i <= count; i++) {
            end = index(part[i], ">")
            tag = substr(part[i], 1, end - 1)
            if (!end || substr(part[i], end + 1) ~ />/) exit 1
            if (tag ~ /^\//) { if (!depth || open[depth--] != substr(tag, 2)) exit 1 }
            else if (begins(tag)) { split(tag, word, " "); open[++depth] = word[1] }
            else exit 1
        }
        if (depth) exit 1
    }
' "$work/answers" || fail "its answers are more than text"

# 5. What is left is a document of the list; the last one that has it is the newest.
sum=$(sha256sum < "$work/released" | cut -c1-64)
found=$(awk -v sum="$sum" '/^# release / { version = $3; date = $4; commit = $6 } $1 == sum && $2 ~ /\.html$/ { found = version " " date " " commit " " $2 } END { print found }' "$folder/page.sums")
newest=$(awk '/^# release / { newest = $3 " " $4 } END { print newest }' "$folder/page.sums")
[ -n "$found" ] || fail "it is none of the list ($sum): it was changed, made by somebody else, or is newer than the list"
set -- $found
echo "released: version $1 of $2, $4, made of commit $3"
echo "check words on it: $(cat "$work/check-words")"
echo "Compare them with a card that came by another way. The line in it and its answers were not verified: footbridge page check does that."
[ "$1 $2" = "$newest" ] || { echo "OLD: the newest release is $newest. Type nothing into this one." >&2; exit 1; }

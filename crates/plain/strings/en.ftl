## Every page
title = Notes
what = Answers with their dates. They can be read without scripts, without writing, and from a copy.
limits = We never write first. We do not ask for your name, unit or place. We promise nothing. We say what we know and what we do not know.
history = This page cannot erase itself from the history of this browser. Close it when you have read.
language = Language
language-en = English
language-ko = 우리말
language-ko-KP = 조선말
language-ru = Русский
language-uk = Українська
all-answers = All answers
as-of = As of { $date }
demonstration = Demonstration data: nothing here is meant for anybody’s real situation.
check-words-label = Check words of this line
check-words-why = Compare them with your card. If one is different, leave. Words can be copied, so check the address too.

## Cards
cards-title = Answers
cards-none = There are no answers here yet.
not-now-title = Not to be relied on now
other-languages = In other languages only
answer-card = A checked answer
card-date = Checked on { $date }
card-until = Do not trust after { $date }
card-known = What is known
card-not-known = What is not known
card-differs = What differs by place
card-to-do = What to do
card-never-do = What never to do
card-valid-for = For whom this holds
card-sources = Sources
read-on = read on { $date }
card-expired = This answer is past its review date, { $date }. What it said is not shown any more: it may no longer be right.
card-suspended = This answer is being checked again, since { $date }. Do not go by what it said before.
card-withdrawn = This answer was taken back on { $date }. Do not rely on it.
state-expired = past its review date, { $date }
state-suspended = being checked again, since { $date }
state-withdrawn = taken back on { $date }

## Claims
claims-title = What was said, and by whom
claims-why = This answer rests on what follows. We do not decide who is right.
said-by = Said by: { $who }
said-on = Said on { $date }
said-how = How: { $how }
said-in = Found in: { $source }
against = Against it stands
claim-withdrawn = Taken back on { $date }
how-reported = reported
how-stated = stated
how-confirmed = confirmed
how-denied = denied
how-open = not known
how-opinion = opinion
how-background = background
not-translated = Not translated

## Entrances and warnings
entrances-title = Where this line can be reached
entrances-until = This list is to be trusted until { $date }.
entrances-old = This list was to be trusted until { $date } only. Do not rely on it.
entrances-none = Nobody has signed a list of places yet. Check the check words wherever you are.
entrance-site = The line’s own site
entrance-onion = Onion service (Tor)
entrance-mirror = Somebody else’s copy
entrance-porch = To write without scripts; that server seals for you and could read it
fakes-title = These only look like this line
warning-title = Warning
warning-fake-entrance = There is an address that only looks like this line. Do not write there.
warning-writes-first = Somebody writes to people first in the name of this line. We never write first. Do not answer and do not go to any meeting.
warning-false-partner = Somebody says that he is a partner of this line and is not. Do not go to him.
warning-entered = Strangers were in this line. What was written here may be known. Do not go to any meeting. Do nothing that you did not read here.
warning-address = It is about: { $address }
warning-issued = Said on { $date }
ends-title = The end of this line
ends-orderly = This line ends after { $date }. Until then people answer. Read what waits for you before that day.
ends-over = This line has ended ({ $date }). Nobody reads here any more. What was not read is destroyed. Whoever writes in its name is not us.

## The wait
surge = Many people are writing now. The answers here are checked and can be read at once. You can still write.
wait-title = If you want to write
wait-minutes = A guide usually answers within about { $minutes } min. This is not a promise.
wait-hours = A guide usually answers within about { $hours } h. This is not a promise.
wait-unknown = Perhaps nobody is at a desk now. We do not know how long it will take.
wait-none-on-duty = No guide is on duty now. We do not know how long it will take.

## Outcomes
outcomes-title = What this line may say of its work
outcomes-svg = As a picture (SVG)
outcomes-csv = All months as a table (CSV)
outcomes-signed = This month as the coordinators signed it

## Feed
feed-title = Notes: what has changed
feed-live = Checked on { $date }. Do not trust after { $until }.
feed-entrances = The list of places where this line can be reached was signed. It is to be trusted until { $date }.

## The pack's README.txt
pack-title = Notes: plain pages
pack-what = Open index.html in a browser. Nothing here needs a network. You may copy this file and pass it on, as long as you change nothing.
pack-day = It says what held on { $date }. Each answer says itself until when it is to be trusted.
pack-check = Check that it is genuine before you rely on it:
pack-ours = With our program, without a network, the check words in quotation marks:
pack-words = Compare the check words with those on a card that reached you by another way. A copy cannot vouch for itself.
pack-public = With tools that every Linux system has. Use them in the folder into which you have unpacked it:
pack-sums = Each file must be OK:
pack-manifest = The list of files is the one that was signed. The first must stand at the end of the second.
pack-signed = Those who publish have signed it. Do the same for each number that is there. How many are needed, the next step says:
pack-coordinators = Their keys stand in what the root keys have signed. The first line says how many of them must sign: { $threshold }. For each key, the third must stand in the second:
pack-delegation = The root keys have signed that. Do the same for each number that is there:
pack-root = The root keys stand in what names the line. The first line says how many of them must have signed: { $threshold }. For each key, the third must stand in the second:
pack-line = What names the line has this number, the line id. The check words come from it:
pack-revoked = There may be files proof/revocation-*.message. A key at the end of one of them does not count.
pack-more = The address docs/operate/pack.md of the source code explains each step. It has all of them as one script.

## What it is
leaflet-title = Notes
poster-title = Ask without giving your name
what-who = People who once left the same army answer.
what-sealed = Only guides and their coordinators can open what you write.
what-limits = We promise nothing: we say what we know and what we do not know.
never-first = The line never writes to you first.
seen = The network can show that an address was opened.
found = This paper can be found on you. Remember the check words and one address, then get rid of it.

## How it is told from others
check-words = Check words of this line
check-compare = Compare the check words: if one is different, leave.
check-address = Words can be copied, so check the address too, letter by letter.
addresses = Addresses of the line
address-site = The line’s own address
address-onion = Address for Tor Browser
address-mirror = A copy elsewhere
address-porch = To write without scripts
address-code = The address { $address } as a QR code
more-addresses = More addresses: { $count }
fakes = These only look like the line. Do not write there.
more-fakes = Other addresses that only look like the line: { $count }

## Warnings
warning = Warning, until { $date }
warning-fake-entrance = An address only looks like this line. Do not write there.
warning-writes-first = Somebody writes to people first in the name of this line. That is not the line.
warning-false-partner = Somebody says that he is a partner of this line, and is not. Do not go to any meeting.
warning-entered = Strangers were in this line. What was written to it may be known.

## Dates
trust-until = Do not trust this after
as-of = As of { $date }
date = { $day } { $month } { $year }
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December

## Cards
known = What is known
not-known = What is not known
differs = What differs by place
to-do = What to do
never-do = What never to do
valid-for = For whom this holds
checked = Checked on { $date }.
checked-until = Do not trust it after { $date }.
sources = Sources
source-read = read { $date }
demonstration = Demonstration. This line is not real and no answer here is advice.
page = { $page } of { $count }

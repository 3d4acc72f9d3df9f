## Frame
desk-title = Desk
skip-to-content = Skip to the content
nav-queue = Waiting
nav-cases = My cases
nav-cards = Cards
nav-record = Record
nav-shifts = Shifts
nav-roster = Roster
nav-help = Help
lock = Lock
language = Language
demonstration = Demonstration. Nobody here is in danger and no answer here is advice.
connected = Connected
offline-since = No connection for { $minutes } min. What you write is kept on this computer.
syncing = Fetching…
roster-stale = The roster was not confirmed in the last 24 hours. Ask a coordinator to open their desk.
clock-off = The clock of this computer is wrong. Set it and reload.
cancel = Cancel
back = Back
confirm = Confirm
try-again = Try again

## Waiting
queue-empty = Nobody is waiting.
queue-waiting = Waiting: { $count }
queue-longest = Longest wait: { $minutes } min
queue-off-duty = You are not on duty. You can see who waits when your shift has begun and you have checked in.
column-language = Language
column-urgency = Time left
column-wait = Waiting for
column-action = Action
urgency-minutes = Minutes
urgency-hours = Hours
urgency-days = Days
urgency-none = No hurry
language-en = English
language-ko = Korean
language-ru = Russian
language-uk = Ukrainian
minutes-short = { $minutes } min
hours-short = { $hours } h
days-short = { $days } d
take = Take
take-next = Take the next
taking = Taking…
take-lost = Somebody else took this case first.
take-refused = This case cannot be taken now. Look at the waiting list again.
notice-waiting-expired = Someone who was waiting was not taken in time. That message can no longer be opened.

## Case
cases-empty = You have no open cases.
case-heading = Case { $label }
case-answer-in = Answer in:
case-new = New message
from-contact = From the contact
from-you = From you
from-card = Card
receipt-only = The contact has read your answer and wrote nothing.
message-taken = You took the case. The contact sees that somebody is reading.
answer-label = Your answer, in your own words
answer-own-words = The contact sees that these are your own words. For facts use a card.
answer-send = Send
answer-card-send = Send this card
answer-card-choose = Answer with a card
answer-pending = Being sent. It is kept here until the relay has it.
answer-waiting = Not collected yet
answer-collected = Collected
answer-too-long = Too long by { $over }. Please shorten it.
answer-count = Left: { $left }
answer-empty = Nothing is written yet.
refused-contact-key = What came from the contact does not allow an answer. Nothing was sent.
note-label = Note for yourself
note-add = Keep note
note-private = Notes are never sent to the contact. Do not write names, units or places.
draft-keep = Keep as a draft
draft-kept = Draft kept on this computer
close = Close the case
close-confirm = The contact is told. You can still read the case until it is destroyed.
closed = Closed
destroy = Close and destroy
destroy-confirm = This destroys the keys of the case. After that nobody can open it again, and neither can you.
destroyed = The case is destroyed.
case-gone = This case is not here any more. It was destroyed, or its time ran out.

## Shift
shift-on-duty = You are on duty.
shift-none = No shift is planned.
shift-from-until = From { $from } until { $until }
shift-now = Now
shift-next = Next
shift-yours = You are on this shift.
check-in = Check in
check-out = Check out
not-yet = Not yet
plan-shift = Plan a shift
shift-start = Starts
shift-hours = Hours
shift-guides = Who is on duty
shift-nobody = Choose at least one person.
plan = Plan
shift-planned = The shift is planned and its keys are issued.
notice-guide-unreachable = One person on this shift has not opened the desk for some days and did not get the keys. Ask them to open it, then plan the shift again.
refused-shift-times = A shift must end after it begins, and not in the past. Check the times.
refused-unknown-device = One of these people is not in the roster any more. Reload and choose again.

## Roster
invite = Invite
invite-name = Work name (not the real one)
invite-made = Give this invitation to one person, by a way you trust. It works once.
invite-waiting = Waiting for the newcomer to answer.
copy = Copy
admit = Admit
admit-compare = Call the person and compare these words by voice. Admit only if all are the same.
admitted = Admitted
refuse = Refuse
refused = Refused. The invitation is used up.
joining-waiting = This desk waits to be admitted.
joining-compare = Compare these words with the coordinator by voice. If one is different, stop and ask for a new invitation.
refused-unknown-newcomer = Nobody with this device asks to join any more. Reload the roster.
refused-work-name = The work name is empty or too long. Choose a shorter one; never a real name.
refused-several-signatures = This line asks for the signatures of several coordinators. This version cannot gather them.
roster-empty = Nobody has been admitted yet.
work-name = Work name
role = Role
role-guide = Guide
role-coordinator = Coordinator
languages = Languages
since = Since
until = Until

## Cards
cards-empty = There are no cards yet.
cards-publish = Publish cards
cards-publish-label = The whole card set as JSON. It replaces all cards of the line.
card-search = Search the cards
card-search-none = No card has these words.
card-question = Question
card-answer = Answer
card-known = What is known
card-not-known = What is not known
card-sources = Sources
card-date-read = Read on { $date }
card-reviewed = Checked on { $date }
card-review-by = To be checked again by { $date }
card-expired = Expired: cannot be sent. It must be checked again first.
card-no-language = This card does not exist in that language.
refused-cards = The cards are too long, or not in the form that is expected. Nothing was sent.
class-general = General
class-law = Law
class-devices = Devices
class-partners = Partners

## Record
record-about = Who said what, and how. The line does not decide who is right.
record-source = Source
record-note = Note
said-by = Said by
how-reported = reported
how-stated = stated
how-confirmed = confirmed
how-denied = denied
how-open = open
how-opinion = opinion
how-background = background
contradicts = Contradicts
supports = Supports
concerns = Concerns

## Unlock
unlock-label = Passphrase of this desk
unlock = Unlock
unlock-working = One moment. The computer is computing.
unlock-wrong = This does not open the vault. Check the keyboard language and try again.
unlock-in-use = This vault is open in another desk. Close that one first.
unlock-memory = This computer has not enough free memory. Close other programs and try again.
locked = The desk is locked.
link-used = This link was used already. Run `footbridge desk` again for a new one.

## Keyboard
keys-title = Keys
key-take-next = Take the next case
key-send = Send the answer
key-cards = Answer with a card
key-queue = Go to the waiting list
key-help = Show these keys
key-lock = Lock the desk

## Errors
error-offline = The relay does not answer. Nothing is lost: it is kept here and sent when the connection is back.
error-not-admitted = This desk is not admitted to the line, or no longer. Ask a coordinator.
error-vault = The vault of this desk is damaged or was written by a newer version. Nothing was changed. Run `footbridge doctor`.
error-disk-full = The disk of this computer is full. Nothing was sent. Free some space and try again.
error-relay-refused = The relay refused this. Nothing was sent. Reload and try again; if it stays so, tell the operator.
error-too-old = This desk is too old for the line. Install the current version. Your cases stay here.
error-not-found = There is nothing at this address.
error-unexpected = Something did not work. Reload the page. Your cases are kept on this computer.
error-coordinator-only = Only a coordinator can do this.

## Start
title = Notes
start-what = You can write here without giving your name. People who once left the same army answer.
start-sealed = What you write is sealed on this device. Only guides and their coordinators can open it; nothing in between can read it.
start-limits = We never write first. We do not ask for your name, unit or place. We promise nothing. We say what we know and what we do not know.
start-danger = This does not protect you from someone who looks over your shoulder, from spy software on this phone, or from someone who makes you give your words. The network can show that this address was opened.
start-new = First time here
start-return = I have my words
start-cards = Answers without writing
leave = Leave now
back = Back
language = Language
check-words-label = Check words of this line
check-words-why = Compare them with your card. If one is different, leave. Words can be copied, so check the address too.

## Words
words-show = These seven words open your conversation again. Keep them in your head. Do not write them down or photograph them.
words-next = I remember them
words-other = Show other words
words-back = Back
words-type = Type the seven words.
word-label = Word { $position }
words-open = Open
words-wrong-count = Seven words are needed. There are { $found } here.
words-unknown = Word { $position } is not in the list. Look at the spelling.
words-suggest = Perhaps: { $suggestions }
words-mismatch = These are not the words just shown. Look at them once more.
words-working = One moment. The device is computing.
words-any = If someone forces you to give words, give any other seven from the list. They open an empty conversation, just like words that were never used.
opening = Looking for an answer…

## Writing
write-label = Your message
write-placeholder = Ask what you need to know.
write-urgency = How much time do you have?
urgency-minutes = Minutes
urgency-hours = Hours
urgency-days = Days
urgency-none = No hurry
write-answer-language = Answer in
language-en = English
language-ko = 조선말
language-ru = Русский
language-uk = Українська
write-send = Send
write-too-long = Too long by { $over }. Please shorten it.
write-count = Left: { $left }
write-empty = Nothing is written yet.
write-do-not = Do not write names, unit, place or route. Do not send documents. We do not need them.

## Outcomes
sending = Sending…
sent = Your message has arrived.
not-sent = Nothing was sent. Your text is still here. Try again.
not-known = We do not know whether it arrived. Sending again does no harm: it is shown only once. If you leave now, your words will show it next time.
send-again = Send again
pending-found = Last time we could not tell whether this message arrived. You can send it again; it is shown only once.
wait-minutes = A guide usually answers within about { $minutes } min. This is not a promise.
wait-hours = A guide usually answers within about { $hours } h. This is not a promise.
wait-unknown = Perhaps nobody is at a desk now. We do not know how long it will take. Come back with your words tomorrow.
wait-none-on-duty = No guide is on duty now. We do not know how long it will take. Come back with your words tomorrow.
come-back = Close this page now. Come back with your seven words, from any device.
look-again = Look for an answer

## Reading
empty-line = There is nothing here. Either the words are new or they are other words. You can write.
no-answer-yet = No answer yet. A message that nobody has taken within a week is erased; then write again.
taken = A guide is reading your message.
answer-from-guide = A guide, in their own words
answer-card = A checked answer
card-date = Checked on { $date }
card-known = What is known
card-not-known = What is not known
card-sources = Sources
card-expired = This answer is past its review date. It may no longer be right.
cards-title = Answers
cards-none = There are no answers here yet.
read-erased = What you have read is erased from the line. It stays on this screen until you leave.
case-closed = The guide has closed this conversation. Nothing of it is kept. You can write again.
case-transferred = Another guide goes on with you from here.
case-exposed = A device of this line may be in wrong hands. Since { $date } it could read this conversation. What was written since then may be known. From now on other keys are used. Do not go to any meeting, and do nothing that you did not read here.
write-back = Write back
write-more = Write more

## Trouble
offline = No connection. Nothing was sent.
try-again = Try again
clock-wrong = The date on this device looks wrong, or this page is old. Check the date, or load the page again.
continue-anyway = Continue anyway
old-page = This page is too old for the line. Load it again.
not-the-line = This page cannot prove that it is the real line. Do not write here.
line-full = The line cannot take messages now. Nothing was sent. Try again later.
no-shift = No shift is planned, so nobody could open a message. Nothing was sent. Try again later.
scripts-needed = This page needs scripts (JavaScript) to seal a message. They are off or did not load. Nothing was sent.
browser-old = This browser is too old to seal a message. Nothing was sent. Try another browser or device.
no-memory = This device has too little free memory. Nothing was sent. Close other pages and try again.
conflict = Your conversation is open in another place. It was read again. Check it before you send.
trouble-unknown = Something did not work. Load the page again and type your words.

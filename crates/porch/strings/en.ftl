## Only the porch says this; the rest it takes from the page
porch-reads = This page works without scripts, because this server seals for you. Whoever runs it could read what you type while it seals. With scripts, your own device seals.
porch-reads-this = What you write here is readable on this server until it is sealed.
porch-away = You were away for too long, so this conversation was closed here. Type your seven words again.
porch-busy = Several people are opening their conversations now. Try again in a few seconds.
porch-careful = This looks like: { $what }. We do not need it, and it can kill. Take it out.
porch-as-it-is = Send it as it is
porch-position = a position
porch-unit = a unit
porch-document = the number of a document
porch-plate = a plate
porch-telephone = a telephone number
offer-needs-page = A partner was proposed to you. Without scripts it cannot be shown. Open this line with scripts.

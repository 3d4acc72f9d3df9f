## Every page
title = 수첩
what = 날자가 적힌 답모음입니다. 스크립트가 없어도 볼수 있습니다. 글을 쓰지 않아도 됩니다. 베껴둔것으로도 볼수 있습니다.
limits = 우리는 절대로 먼저 글을 보내지 않습니다. 이름, 부대, 있는 곳을 묻지 않습니다. 아무것도 약속하지 않습니다. 아는것은 안다고, 모르는것은 모른다고 말합니다.
history = 이 화면은 열람기의 방문기록에서 스스로를 지울수 없습니다. 다 읽었으면 닫으십시오.
language = 언어
language-en = English
language-ko = 우리말
language-ko-KP = 조선말
language-ru = Русский
language-uk = Українська
all-answers = 답모음
as-of = { $date } 현재
demonstration = 시범자료입니다. 여기에 적힌것은 누구의 실제 형편에도 해당되지 않습니다.
check-words-label = 이 안내창구의 확인단어
check-words-why = 가지고있는 카드와 맞추어보십시오. 하나라도 다르면 나가십시오. 단어는 남이 베낄수 있습니다. 그러니 주소도 확인하십시오.

## Cards
cards-title = 답모음
cards-none = 아직 여기에 답이 없습니다.
not-now-title = 지금은 믿고 움직이지 말것
other-languages = 다른 말로만 있는 답
answer-card = 확인된 답
card-date = { $date }에 확인함
card-until = { $date } 뒤에는 믿지 마십시오
card-known = 알려진것
card-not-known = 알려지지 않은것
card-differs = 곳에 따라 다른것
card-to-do = 할 일
card-never-do = 절대로 하지 말것
card-valid-for = 누구에게 해당되는가
card-sources = 근거
read-on = { $date }에 읽음
card-expired = 이 답은 다시 확인할 날({ $date })이 지났습니다. 전에 적혀있던것은 보여주지 않습니다. 이제는 맞지 않을수 있습니다.
card-suspended = 이 답은 { $date }부터 다시 확인하고있습니다. 전에 적혀있던것을 따르지 마십시오.
card-withdrawn = 이 답은 { $date }에 거두었습니다. 그 답을 믿고 움직이지 마십시오.
state-expired = 다시 확인할 날({ $date })이 지남
state-suspended = { $date }부터 다시 확인하는중
state-withdrawn = { $date }에 거두어들임

## Claims
claims-title = 누가 무엇을 말했는가
claims-why = 이 답은 아래의 말에 근거합니다. 누구 말이 맞는지는 우리가 정하지 않습니다.
said-by = 말한 사람: { $who }
said-on = { $date }에 말함
said-how = 어떻게: { $how }
said-in = 나온 곳: { $source }
against = 이와 어긋나는 말
claim-withdrawn = { $date }에 거두어들임
how-reported = 보도됨
how-stated = 말함
how-confirmed = 인정함
how-denied = 부인함
how-open = 알려지지 않음
how-opinion = 의견
how-background = 배경
not-translated = 번역되지 않음

## Entrances and warnings
entrances-title = 이 안내창구에 들어오는 곳
entrances-until = 이 목록은 { $date }까지 믿을수 있습니다.
entrances-old = 이 목록은 { $date }까지만 믿을수 있었습니다. 이제는 믿지 마십시오.
entrances-none = 아직 아무도 주소목록에 서명하지 않았습니다. 어디에서 보든 확인단어를 맞추어보십시오.
entrance-site = 안내창구의 주소
entrance-onion = 어니언주소(Tor)
entrance-mirror = 다른 사람이 둔 사본
entrance-porch = 스크립트가 없이 쓰는 곳. 그 봉사기가 대신 잠그므로 읽을수 있습니다
fakes-title = 이 안내창구처럼 보이지만 가짜
warning-title = 경고
warning-fake-entrance = 이 안내창구처럼 보이지만 가짜인 주소가 있습니다. 거기에 글을 쓰지 마십시오.
warning-writes-first = 이 안내창구의 이름으로 먼저 글을 보내는 사람이 있습니다. 우리는 절대로 먼저 글을 보내지 않습니다. 대답하지 마십시오. 만나자고 해도 가지 마십시오.
warning-false-partner = 이 안내창구의 협력자라고 거짓말하는 사람이 있습니다. 그 사람에게 가지 마십시오.
warning-entered = 모르는 사람이 이 안내창구안에 있었습니다. 여기에 쓴 글은 알려졌을수 있습니다. 누가 만나자고 해도 가지 마십시오. 여기서 읽지 않은 일은 하지 마십시오.
warning-address = 해당되는것: { $address }
warning-issued = { $date }에 알림
ends-title = 안내창구의 끝
ends-orderly = 이 안내창구는 { $date } 다음에 끝납니다. 그때까지는 대답합니다. 그전에 대답을 읽으십시오.
ends-over = 이 안내창구는 끝났습니다({ $date }). 이제는 아무도 읽지 않습니다. 읽지 않은 글은 없앴습니다. 이 이름으로 글을 보내는 사람은 우리가 아닙니다.

## The wait
surge = 지금 글을 쓰는 사람이 많습니다. 여기 있는 답은 확인된것입니다. 기다리지 않고 볼수 있습니다. 글도 그대로 쓸수 있습니다.
wait-title = 글을 쓰려면
wait-minutes = 보통 { $minutes }분쯤안에 안내자가 대답합니다. 약속은 아닙니다.
wait-hours = 보통 { $hours }시간쯤안에 안내자가 대답합니다. 약속은 아닙니다.
wait-unknown = 지금은 자리에 아무도 없을수 있습니다. 얼마나 걸릴지 우리도 모릅니다.
wait-none-on-duty = 지금 근무하는 안내자가 없습니다. 얼마나 걸릴지 우리도 모릅니다.

## Outcomes
outcomes-title = 이 안내창구가 한 일에 대하여
outcomes-svg = 그림으로 (SVG)
outcomes-csv = 모든 달을 표로 (CSV)
outcomes-signed = 책임자들이 서명한 그대로

## Feed
feed-title = 수첩: 바뀐것
feed-live = { $date }에 확인함. { $until } 뒤에는 믿지 마십시오.
feed-entrances = 이 안내창구에 들어오는 곳의 목록에 서명하였습니다. { $date }까지 믿을수 있습니다.

## The pack's README.txt
pack-title = 수첩: 글만 있는 화면
pack-what = 열람기로 index.html을 여십시오. 통신이 없어도 됩니다. 이 파일은 베껴서 넘겨주어도 됩니다. 아무것도 바꾸지 마십시오.
pack-day = { $date }에 맞던것이 적혀있습니다. 언제까지 믿을수 있는지는 답마다 적혀있습니다.
pack-check = 믿고 움직이기 전에 진짜인지 확인하십시오:
pack-ours = 우리 프로그람으로, 통신이 없이 확인합니다. 확인단어는 " " 안에 넣습니다:
pack-words = 확인단어를 다른 길로 받은 카드와 맞추어보십시오. 사본은 스스로를 보증할수 없습니다.
pack-public = 어느 리눅스에나 있는 도구로 확인합니다. 파일을 풀어놓은 곳에서 하십시오:
pack-sums = 파일마다 OK가 나와야 합니다:
pack-manifest = 파일목록은 서명된 그 목록입니다. 첫째 값이 둘째 값의 끝에 있어야 합니다:
pack-signed = 답을 내놓는 사람들이 서명했습니다. 번호마다 되풀이하십시오. 몇사람이 있어야 하는지는 다음에 나옵니다:
pack-coordinators = 그 사람들의 열쇠는 뿌리열쇠가 서명한 글에 있습니다. 첫줄은 몇사람이 서명해야 하는지를 말합니다({ $threshold }). 열쇠마다 셋째 줄이 둘째 줄안에 있어야 합니다:
pack-delegation = 그 글에 뿌리열쇠가 서명했습니다. 번호마다 되풀이하십시오:
pack-root = 뿌리열쇠는 안내창구의 이름이 되는 글에 있습니다. 첫줄은 몇개가 서명했어야 하는지를 말합니다({ $threshold }). 열쇠마다 셋째 줄이 둘째 줄안에 있어야 합니다:
pack-line = 그 글에서 나오는 수가 안내창구의 번호입니다. 확인단어는 그 번호에서 나옵니다:
pack-revoked = proof/revocation-*.message 파일이 있으면 그 끝에 적힌 열쇠는 치지 않습니다.
pack-more = 원천코드의 docs/operate/pack.md에 걸음마다 설명이 있습니다. 한꺼번에 하는 스크립트도 있습니다.

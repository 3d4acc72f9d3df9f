## What it is
leaflet-title = 수첩
poster-title = 이름을 밝히지 않고 물어볼수 있습니다
what-who = 같은 군대를 먼저 떠난 사람들이 대답합니다.
what-sealed = 쓰신 글은 안내자와 책임자만 열수 있습니다.
what-limits = 아무것도 약속하지 않습니다. 아는것은 안다고, 모르는것은 모른다고 말합니다.
never-first = 안내창구는 절대로 먼저 글을 보내지 않습니다.
seen = 주소를 열었다는것은 통신망에서 보일수 있습니다.
found = 이 종이가 몸에서 나올수 있습니다. 확인단어와 주소 하나를 외우고 종이를 없애십시오.

## How it is told from others
check-words = 이 안내창구의 확인단어
check-compare = 확인단어를 맞추어보십시오. 하나라도 다르면 나가십시오.
check-address = 단어는 남이 베낄수 있습니다. 주소도 한글자씩 확인하십시오.
addresses = 안내창구의 주소
address-site = 안내창구자체의 주소
address-onion = Tor Browser로 여는 주소
address-mirror = 다른 곳에 둔 사본
address-porch = 스크립트가 없이 쓰는 곳
address-code = 주소 { $address }의 QR부호
more-addresses = 다른 주소: { $count }개
fakes = 아래의 주소들은 안내창구처럼 보이기만 합니다. 거기에 글을 쓰지 마십시오.
more-fakes = 안내창구처럼 보이기만 하는 다른 주소: { $count }개

## Warnings
warning = { $date }까지의 경고
warning-fake-entrance = 이 안내창구처럼 보이기만 하는 주소가 있습니다. 거기에 글을 쓰지 마십시오.
warning-writes-first = 누가 이 안내창구의 이름으로 먼저 글을 보내고있습니다. 그것은 안내창구가 아닙니다.
warning-false-partner = 이 안내창구의 협력자라고 거짓말하는 사람이 있습니다. 만나자고 해도 가지 마십시오.
warning-entered = 모르는 사람들이 이 안내창구안에 있었습니다. 여기에 쓴 글은 알려졌을수 있습니다.

## Dates
trust-until = 이 날이 지나면 믿지 마십시오
as-of = { $date } 현재
date = { $year }년 { $month }월 { $day }일
month-1 = 1
month-2 = 2
month-3 = 3
month-4 = 4
month-5 = 5
month-6 = 6
month-7 = 7
month-8 = 8
month-9 = 9
month-10 = 10
month-11 = 11
month-12 = 12

## Cards
known = 알려진것
not-known = 알려지지 않은것
differs = 곳에 따라 다른것
to-do = 할 일
never-do = 절대로 하지 말것
valid-for = 누구에게 해당되는가
checked = { $date }에 확인함.
checked-until = { $date }이 지나면 믿지 마십시오.
sources = 근거
source-read = { $date }에 읽음
demonstration = 시범입니다. 이 안내창구는 진짜가 아닙니다. 여기의 답은 조언이 아닙니다.
page = { $count }장가운데 { $page }

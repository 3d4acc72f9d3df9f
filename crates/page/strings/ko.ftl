## Start
title = 수첩
start-what = 이름을 밝히지 않고 여기에 글을 쓸 수 있습니다. 같은 군대를 먼저 떠난 사람들이 대답합니다.
start-sealed = 쓰신 글은 이 기기에서 잠근 다음에 보냅니다. 안내자와 책임자만 열 수 있고 중간에서는 읽을 수 없습니다.
start-limits = 우리는 절대로 먼저 글을 보내지 않습니다. 이름, 부대, 있는 곳을 묻지 않습니다. 아무것도 약속하지 않습니다. 아는 것은 안다고, 모르는 것은 모른다고 말합니다.
start-danger = 이것으로 막지 못하는 것이 있습니다. 옆에서 들여다보는 사람, 손전화에 숨겨진 감시 수단, 단어를 대라고 강요하는 사람입니다. 이 주소를 열었다는 것은 통신망에서 보일 수 있습니다.
start-new = 처음 왔습니다
start-return = 단어가 있습니다
start-cards = 글을 쓰지 않고 답만 보기
leave = 바로 나가기
back = 뒤로
language = 언어
check-words-label = 이 안내창구의 확인 단어
check-words-why = 가지고 있는 카드와 맞추어 보십시오. 하나라도 다르면 나가십시오. 단어는 남이 베낄 수 있으니 주소도 확인하십시오.

## Words
words-show = 이 일곱 단어로 대화를 다시 열 수 있습니다. 머리로만 외워 두십시오. 적지도 말고 사진을 찍지도 마십시오.
words-next = 다 외웠습니다
words-other = 다른 단어 보기
words-back = 뒤로
words-type = 일곱 단어를 써넣으십시오.
word-label = { $position }번째 단어
words-open = 열기
words-wrong-count = 단어가 일곱 개 있어야 합니다. 지금은 { $found }개입니다.
words-unknown = { $position }번째 단어는 목록에 없습니다. 글자를 다시 보십시오.
words-suggest = 혹시 이 단어입니까: { $suggestions }
words-mismatch = 방금 보여 준 단어와 다릅니다. 한 번 더 보십시오.
words-working = 조금만 기다리십시오. 기기가 계산하고 있습니다.
words-any = 누가 단어를 대라고 강요하면 목록에 있는 다른 단어 일곱 개를 대십시오. 그러면 빈 대화가 열립니다. 한 번도 쓰지 않은 단어와 똑같이 보입니다.
opening = 대답이 있는지 찾고 있습니다…

## Writing
write-label = 보낼 글
write-placeholder = 알고 싶은 것을 물어보십시오.
write-urgency = 시간이 얼마나 있습니까?
urgency-minutes = 몇 분
urgency-hours = 몇 시간
urgency-days = 며칠
urgency-none = 급하지 않음
write-answer-language = 대답 받을 말
language-en = English
language-ko = 조선말
language-ru = Русский
language-uk = Українська
write-send = 보내기
write-too-long = 글이 { $over }만큼 넘칩니다. 줄여 주십시오.
write-count = 더 쓸 수 있는 양: { $left }
write-empty = 아직 아무것도 쓰지 않았습니다.
write-do-not = 이름, 부대, 있는 곳, 갈 길을 쓰지 마십시오. 증명서나 문서를 보내지 마십시오. 우리에게는 필요 없습니다.

## Outcomes
sending = 보내고 있습니다…
sent = 글이 도착했습니다.
not-sent = 아무것도 보내지 못했습니다. 쓰신 글은 그대로 있습니다. 다시 해 보십시오.
not-known = 도착했는지 알 수 없습니다. 다시 보내도 괜찮습니다. 두 번 보내도 한 번만 보입니다. 지금 나가면 다음번에 단어를 써넣을 때 알려 드립니다.
send-again = 다시 보내기
pending-found = 지난번에 이 글이 도착했는지 알 수 없었습니다. 다시 보내도 됩니다. 한 번만 보입니다.
wait-minutes = 보통 { $minutes }분쯤 안에 안내자가 대답합니다. 약속은 아닙니다.
wait-hours = 보통 { $hours }시간쯤 안에 안내자가 대답합니다. 약속은 아닙니다.
wait-unknown = 지금은 자리에 아무도 없을 수 있습니다. 얼마나 걸릴지 우리도 모릅니다. 내일 단어를 가지고 다시 오십시오.
wait-none-on-duty = 지금 근무하는 안내자가 없습니다. 얼마나 걸릴지 우리도 모릅니다. 내일 단어를 가지고 다시 오십시오.
come-back = 이제 이 화면을 닫으십시오. 어느 기기에서든 일곱 단어로 다시 올 수 있습니다.
look-again = 대답이 왔는지 보기

## Reading
empty-line = 여기에는 아무것도 없습니다. 새 단어이거나 다른 단어입니다. 글을 쓸 수 있습니다.
no-answer-yet = 아직 대답이 없습니다. 한 주일 안에 아무도 맡지 않은 글은 지워집니다. 그때는 다시 쓰십시오.
taken = 안내자가 글을 읽고 있습니다.
answer-from-guide = 안내자가 자기 말로 쓴 대답
answer-card = 확인된 답
card-date = { $date }에 확인함
card-known = 알려진 것
card-not-known = 알려지지 않은 것
card-sources = 근거
card-expired = 이 답은 다시 확인할 날이 지났습니다. 이제는 맞지 않을 수 있습니다.
cards-title = 답 모음
cards-none = 아직 여기에 답이 없습니다.
read-erased = 읽으신 글은 안내창구에서 지워졌습니다. 나갈 때까지 이 화면에만 남아 있습니다.
case-closed = 안내자가 이 대화를 끝냈습니다. 남겨 둔 것은 없습니다. 다시 글을 쓸 수 있습니다.
case-transferred = 이제부터 다른 안내자가 이어서 도와드립니다.
case-exposed = 이 상담선의 기기 하나가 나쁜 사람 손에 들어갔을 수 있습니다. { $date }부터 그 기기로 이 대화를 읽을 수 있었습니다. 그 뒤에 쓴 내용은 알려졌을 수 있습니다. 이제부터는 다른 열쇠를 씁니다. 누가 만나자고 해도 가지 마십시오. 여기서 읽지 않은 일은 하지 마십시오.
write-back = 답장 쓰기
write-more = 더 쓰기

## Trouble
offline = 통신이 되지 않습니다. 아무것도 보내지 않았습니다.
try-again = 다시 하기
clock-wrong = 이 기기의 날짜가 틀렸거나 이 화면이 오래된 것 같습니다. 날짜를 확인하거나 화면을 다시 불러오십시오.
continue-anyway = 그래도 계속
old-page = 이 화면은 너무 오래되었습니다. 다시 불러오십시오.
not-the-line = 이 화면이 진짜 안내창구라는 것을 확인할 수 없습니다. 여기에 글을 쓰지 마십시오.
line-full = 지금은 안내창구가 글을 받을 수 없습니다. 아무것도 보내지 않았습니다. 나중에 다시 해 보십시오.
no-shift = 정해진 근무가 없어서 글을 열 사람이 없습니다. 아무것도 보내지 않았습니다. 나중에 다시 해 보십시오.
scripts-needed = 글을 잠그려면 이 화면에서 스크립트(JavaScript)가 돌아야 합니다. 꺼져 있거나 불러오지 못했습니다. 아무것도 보내지 않았습니다.
browser-old = 이 열람기는 오래되어 글을 잠글 수 없습니다. 아무것도 보내지 않았습니다. 다른 열람기나 다른 기기에서 해 보십시오.
no-memory = 이 기기의 빈 기억 공간이 모자랍니다. 아무것도 보내지 않았습니다. 다른 화면을 닫고 다시 해 보십시오.
conflict = 이 대화가 다른 곳에서도 열려 있습니다. 대화를 다시 읽어 왔습니다. 보내기 전에 확인하십시오.
trouble-unknown = 제대로 되지 않았습니다. 화면을 다시 불러오고 단어를 써넣으십시오.

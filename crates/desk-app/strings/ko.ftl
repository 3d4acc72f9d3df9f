## Frame
desk-title = 안내 업무
skip-to-content = 본문으로
nav-queue = 기다림
nav-cases = 맡은 대화
nav-cards = 카드
nav-record = 기록
nav-shifts = 근무
nav-roster = 명단
nav-help = 도움말
lock = 잠그기
language = 언어
demonstration = 시범입니다. 여기에는 위험한 처지에 있는 사람이 없고, 여기의 답은 조언이 아닙니다.
connected = 이어져 있음
offline-since = { $minutes }분째 통신이 되지 않습니다. 쓰신 것은 이 컴퓨터에 남아 있습니다.
syncing = 받아 오고 있습니다…
roster-stale = 명단이 24시간 안에 확인되지 않았습니다. 책임자에게 업무 화면을 열어 달라고 하십시오.
clock-off = 이 컴퓨터의 시계가 틀렸습니다. 맞추고 다시 불러오십시오.
cancel = 그만두기
back = 뒤로
confirm = 확인
try-again = 다시 하기

## Waiting
queue-empty = 기다리는 사람이 없습니다.
queue-waiting = 기다리는 사람: { $count }
queue-longest = 가장 오래 기다린 시간: { $minutes }분
queue-off-duty = 지금은 근무 시간이 아닙니다. 근무가 시작되고 출근을 알리면 기다리는 사람을 볼 수 있습니다.
column-language = 언어
column-urgency = 남은 시간
column-wait = 기다린 시간
column-action = 할 일
urgency-minutes = 몇 분
urgency-hours = 몇 시간
urgency-days = 며칠
urgency-none = 급하지 않음
language-en = 영어
language-ko = 조선말
language-ru = 로씨야말
language-uk = 우크라이나말
minutes-short = { $minutes }분
hours-short = { $hours }시간
days-short = { $days }일
take = 맡기
take-next = 다음 대화 맡기
taking = 맡고 있습니다…
take-lost = 다른 사람이 이 대화를 먼저 맡았습니다.
take-refused = 지금은 이 대화를 맡을 수 없습니다. 기다림 목록을 다시 보십시오.
notice-waiting-expired = 기다리던 글을 제때에 맡지 못했습니다. 그 글은 더는 열 수 없습니다.

## Case
cases-empty = 맡은 대화가 없습니다.
case-heading = 대화 { $label }
case-answer-in = 대답할 말:
case-new = 새 글
from-contact = 상대가 쓴 글
from-you = 내가 쓴 글
from-card = 카드
receipt-only = 상대가 대답을 읽었고 글은 쓰지 않았습니다.
message-taken = 이 대화를 맡았습니다. 누가 읽고 있다는 것이 상대에게 보입니다.
answer-label = 내 말로 쓰는 대답
answer-own-words = 상대는 이것이 안내자의 말이라는 것을 압니다. 사실은 카드로 답하십시오.
answer-send = 보내기
answer-card-send = 이 카드 보내기
answer-card-choose = 카드로 답하기
answer-pending = 보내고 있습니다. 중계기가 받을 때까지 여기에 남아 있습니다.
answer-waiting = 아직 찾아가지 않음
answer-collected = 찾아감
answer-too-long = 글이 { $over }만큼 넘칩니다. 줄여 주십시오.
answer-count = 더 쓸 수 있는 양: { $left }
answer-empty = 아직 아무것도 쓰지 않았습니다.
refused-contact-key = 상대에게서 온 것으로는 대답을 보낼 수 없습니다. 아무것도 보내지 않았습니다.
note-label = 나만 보는 메모
note-add = 메모 남기기
note-private = 메모는 상대에게 절대로 가지 않습니다. 이름, 부대, 있는 곳을 쓰지 마십시오.
draft-keep = 쓰던 글 남기기
draft-kept = 쓰던 글을 이 컴퓨터에 남겨 두었습니다
close = 대화 끝내기
close-confirm = 상대에게 알립니다. 파기할 때까지는 이 대화를 읽을 수 있습니다.
closed = 끝난 대화
destroy = 끝내고 파기하기
destroy-confirm = 이 대화의 열쇠를 없앱니다. 그 뒤로는 누구도, 본인도 다시 열 수 없습니다.
destroyed = 대화를 파기했습니다.
case-gone = 이 대화는 여기에 더는 없습니다. 파기했거나 기한이 지났습니다.

## Shift
shift-on-duty = 근무 중입니다.
shift-none = 정해진 근무가 없습니다.
shift-from-until = { $from }부터 { $until }까지
shift-now = 지금
shift-next = 다음
shift-yours = 이 근무에 들어 있습니다.
check-in = 근무 시작
check-out = 근무 마침
not-yet = 아직 아님
plan-shift = 근무 정하기
shift-start = 시작
shift-hours = 시간 수
shift-guides = 근무할 사람
shift-nobody = 한 사람은 골라야 합니다.
plan = 정하기
shift-planned = 근무를 정하고 열쇠를 나누어 주었습니다.
notice-guide-unreachable = 이 근무의 한 사람은 며칠째 업무 화면을 열지 않아 열쇠를 받지 못했습니다. 업무 화면을 열어 달라고 한 다음 근무를 다시 정하십시오.
refused-shift-times = 근무는 시작보다 늦게 끝나야 하고 이미 지난 시간이면 안 됩니다. 시간을 확인하십시오.
refused-unknown-device = 고른 사람 가운데 한 명이 더는 명단에 없습니다. 다시 불러와 고르십시오.

## Roster
invite = 부르기
invite-name = 활동 이름 (본명 아님)
invite-made = 이 초대장을 믿을 수 있는 방법으로 한 사람에게만 주십시오. 한 번만 쓸 수 있습니다.
invite-waiting = 새 사람의 응답을 기다리고 있습니다.
copy = 베끼기
admit = 받아들이기
admit-compare = 그 사람과 목소리로 이 단어를 맞추어 보십시오. 모두 같을 때만 받아들이십시오.
admitted = 받아들임
refuse = 받아들이지 않기
refused = 받아들이지 않았습니다. 초대장은 더 쓸 수 없습니다.
joining-waiting = 이 업무 화면은 받아들여지기를 기다리고 있습니다.
joining-compare = 책임자와 목소리로 이 단어를 맞추어 보십시오. 하나라도 다르면 그만두고 새 초대장을 달라고 하십시오.
refused-unknown-newcomer = 이 기기로 들어오려는 사람이 더는 없습니다. 명단을 다시 불러오십시오.
refused-work-name = 활동 이름이 비었거나 너무 깁니다. 더 짧게 정하십시오. 본명은 쓰지 마십시오.
refused-several-signatures = 이 안내창구는 책임자 여러 명의 서명이 있어야 합니다. 이 판은 서명을 모을 수 없습니다.
roster-empty = 아직 받아들인 사람이 없습니다.
work-name = 활동 이름
role = 역할
role-guide = 안내자
role-coordinator = 책임자
languages = 쓰는 말
since = 시작한 날
until = 끝나는 날

## Cards
cards-empty = 아직 카드가 없습니다.
cards-publish = 카드 발행
cards-publish-label = 카드 전체를 JSON으로 넣으십시오. 안내창구의 모든 카드를 이것으로 바꿉니다.
card-search = 카드 찾기
card-search-none = 이 말이 들어 있는 카드가 없습니다.
card-question = 물음
card-answer = 답
card-known = 알려진 것
card-not-known = 알려지지 않은 것
card-sources = 근거
card-date-read = { $date }에 읽음
card-reviewed = { $date }에 확인함
card-review-by = { $date }까지 다시 확인
card-expired = 기한이 지나 보낼 수 없습니다. 먼저 다시 확인해야 합니다.
card-no-language = 그 말로 된 카드가 없습니다.
refused-cards = 카드가 너무 길거나 정해진 꼴이 아닙니다. 아무것도 보내지 않았습니다.
class-general = 일반
class-law = 법
class-devices = 기기
class-partners = 협력 기관

## Record
record-about = 누가 무엇을 어떻게 말했는가. 누가 옳은지는 여기서 정하지 않습니다.
record-source = 출처
record-note = 덧붙임
said-by = 말한 쪽
how-reported = 보도됨
how-stated = 말함
how-confirmed = 인정함
how-denied = 부인함
how-open = 확인되지 않음
how-opinion = 의견
how-background = 배경
contradicts = 어긋나는 말
supports = 뒷받침하는 말
concerns = 관련된 말

## Unlock
unlock-label = 이 업무 화면의 암호
unlock = 열기
unlock-working = 조금만 기다리십시오. 컴퓨터가 계산하고 있습니다.
unlock-wrong = 이것으로는 보관함이 열리지 않습니다. 자판의 언어를 확인하고 다시 해 보십시오.
unlock-in-use = 이 보관함은 다른 업무 화면에서 열려 있습니다. 먼저 그것을 닫으십시오.
unlock-memory = 이 컴퓨터에 남은 메모리가 모자랍니다. 다른 프로그램을 닫고 다시 해 보십시오.
locked = 업무 화면을 잠갔습니다.
link-used = 이 주소는 이미 한 번 썼습니다. `footbridge desk`를 다시 실행하면 새 주소가 나옵니다.

## Keyboard
keys-title = 자판
key-take-next = 다음 대화 맡기
key-send = 대답 보내기
key-cards = 카드로 답하기
key-queue = 기다림 목록으로 가기
key-help = 자판 설명 보기
key-lock = 업무 화면 잠그기

## Errors
error-offline = 중계기가 응답하지 않습니다. 잃은 것은 없습니다. 여기에 두었다가 통신이 되면 보냅니다.
error-not-admitted = 이 업무 화면은 아직 받아들여지지 않았거나 더는 쓸 수 없습니다. 책임자에게 물어보십시오.
error-vault = 이 업무 화면의 보관함이 깨졌거나 더 새로운 판에서 쓴 것입니다. 아무것도 바꾸지 않았습니다. `footbridge doctor`를 실행하십시오.
error-disk-full = 이 컴퓨터의 기억 장치가 가득 찼습니다. 아무것도 보내지 않았습니다. 자리를 비우고 다시 해 보십시오.
error-relay-refused = 중계기가 받지 않았습니다. 아무것도 보내지 않았습니다. 다시 불러와 해 보고, 그래도 안 되면 운영자에게 알리십시오.
error-too-old = 이 업무 화면은 너무 오래된 판입니다. 지금 판을 설치하십시오. 맡은 대화는 그대로 있습니다.
error-not-found = 이 주소에는 아무것도 없습니다.
error-unexpected = 제대로 되지 않았습니다. 화면을 다시 불러오십시오. 맡은 대화는 이 컴퓨터에 남아 있습니다.
error-coordinator-only = 책임자만 할 수 있습니다.

## Frame
desk-title = Рабочее место
skip-to-content = К содержанию
nav-queue = Ожидают
nav-cases = Мои обращения
nav-cards = Карточки
nav-record = Сведения
nav-shifts = Смены
nav-roster = Список
nav-help = Справка
lock = Заблокировать
language = Язык
demonstration = Демонстрация. Здесь никому не грозит опасность, и ответы здесь не советы.
connected = Связь есть
offline-since = Нет связи { $minutes } мин. Написанное хранится на этом компьютере.
syncing = Получаем…
roster-stale = Список не подтверждали больше 24 часов. Попросите координатора открыть своё рабочее место.
clock-off = Часы этого компьютера идут неверно. Исправьте их и обновите страницу.
cancel = Отмена
back = Назад
confirm = Подтвердить
try-again = Ещё раз

## Waiting
queue-empty = Никто не ждёт.
queue-waiting = Ожидают: { $count }
queue-longest = Дольше всего ждут: { $minutes } мин
queue-off-duty = Вы не на смене. Очередь видна, когда смена началась и вы на неё вышли.
column-language = Язык
column-urgency = Сколько времени
column-wait = Ждёт
column-action = Действие
urgency-minutes = Минуты
urgency-hours = Часы
urgency-days = Дни
urgency-none = Не срочно
language-en = английский
language-ko = корейский
language-ru = русский
language-uk = украинский
minutes-short = { $minutes } мин
hours-short = { $hours } ч
days-short = { $days } дн.
take = Взять
take-next = Взять следующее
taking = Берём…
take-lost = Это обращение первым взял кто-то другой.
take-refused = Сейчас это обращение взять нельзя. Посмотрите очередь ещё раз.
notice-waiting-expired = Одно из ожидавших обращений не взяли вовремя. Открыть его больше нельзя.

## Case
cases-empty = У вас нет открытых обращений.
case-heading = Обращение { $label }
case-answer-in = Отвечать на языке:
case-new = Новое сообщение
from-contact = От собеседника
from-you = От вас
from-card = Карточка
receipt-only = Ответ прочитан, нового сообщения нет.
message-taken = Вы взяли обращение. Собеседник видит, что его читают.
answer-label = Ваш ответ, своими словами
answer-own-words = Будет видно, что это ваши слова. Для фактов берите карточку.
answer-send = Отправить
answer-card-send = Отправить карточку
answer-card-choose = Ответить карточкой
answer-pending = Отправляется. Хранится здесь, пока не дойдёт до ретранслятора.
answer-waiting = Ещё не получен
answer-collected = Получен
answer-too-long = Текст длиннее допустимого на { $over }. Сократите, пожалуйста.
answer-count = Осталось: { $left }
answer-empty = Пока ничего не написано.
refused-contact-key = То, что пришло от собеседника, не позволяет ответить. Ничего не отправлено.
note-label = Заметка для себя
note-add = Сохранить заметку
note-private = Заметки никогда не отправляются. Не пишите имён, частей и мест.
draft-keep = Сохранить черновик
draft-kept = Черновик сохранён на этом компьютере
close = Закрыть обращение
close-confirm = Собеседнику об этом сообщат. Читать обращение можно, пока оно не уничтожено.
closed = Закрыто
destroy = Закрыть и уничтожить
destroy-confirm = Ключи обращения будут уничтожены. После этого его не откроет никто, и вы тоже.
destroyed = Обращение уничтожено.
case-gone = Этого обращения здесь больше нет. Его уничтожили или вышел срок.

## Shift
shift-on-duty = Вы на смене.
shift-none = Смен не назначено.
shift-from-until = С { $from } до { $until }
shift-now = Сейчас
shift-next = Следующая
check-in = Выйти на смену
check-out = Уйти со смены
not-yet = Пока нет
plan-shift = Назначить смену
shift-start = Начало
shift-hours = Часов
shift-guides = Кто на смене
shift-nobody = Выберите хотя бы одного человека.
plan = Назначить
shift-planned = Смена назначена, ключи выданы.
notice-guide-unreachable = Один из назначенных несколько дней не открывал рабочее место и не получил ключей. Попросите его открыть и назначьте смену снова.
refused-shift-times = Смена должна кончаться после начала и не в прошлом. Проверьте время.
refused-unknown-device = Кого-то из выбранных больше нет в списке. Обновите страницу и выберите снова.

## Roster
invite = Пригласить
invite-name = Рабочее имя (не настоящее)
invite-made = Передайте это приглашение одному человеку надёжным способом. Оно действует один раз.
invite-waiting = Ждём ответа новичка.
copy = Копировать
admit = Принять
admit-compare = Позвоните человеку и сверьте эти слова голосом. Принимайте, только если совпали все.
admitted = Принят
refuse = Отказать
refused = Отказано. Приглашение больше не действует.
joining-waiting = Это рабочее место ждёт, когда его примут.
joining-compare = Сверьте эти слова с координатором голосом. Если хоть одно другое, остановитесь и попросите новое приглашение.
refused-unknown-newcomer = С этого устройства больше никто не просит принять его. Обновите список.
refused-work-name = Рабочее имя пустое или слишком длинное. Выберите короче; не настоящее имя.
refused-several-signatures = На этой линии нужны подписи нескольких координаторов. Эта версия не умеет их собирать.
roster-empty = Пока никто не принят.
work-name = Рабочее имя
role = Роль
role-guide = Консультант
role-coordinator = Координатор
languages = Языки
since = С какого дня
until = До какого дня

## Cards
cards-empty = Карточек пока нет.
card-search = Искать в карточках
card-search-none = Карточек с такими словами нет.
card-question = Вопрос
card-answer = Ответ
card-known = Что известно
card-not-known = Что неизвестно
card-sources = Источники
card-date-read = Прочитано { $date }
card-reviewed = Проверено { $date }
card-review-by = Перепроверить до { $date }
card-expired = Срок вышел: отправить нельзя. Сначала карточку надо перепроверить.
card-no-language = На этом языке такой карточки нет.
refused-cards = Карточки слишком длинные или не той формы. Ничего не отправлено.
class-general = Общее
class-law = Право
class-devices = Устройства
class-partners = Партнёры

## Record
record-about = Кто что сказал и как. Линия не решает, кто прав.
record-source = Источник
record-note = Примечание
said-by = Кто сказал
how-reported = сообщено
how-stated = заявлено
how-confirmed = подтверждено
how-denied = отрицается
how-open = неизвестно
how-opinion = мнение
how-background = общие сведения
contradicts = Противоречит
supports = Подкрепляет
concerns = Относится к

## Unlock
unlock-label = Парольная фраза этого рабочего места
unlock = Открыть
unlock-working = Одну минуту. Компьютер считает.
unlock-wrong = Хранилище этим не открывается. Проверьте раскладку и попробуйте ещё раз.
locked = Рабочее место заблокировано.
link-used = Эта ссылка уже использована. Запустите `footbridge desk` ещё раз, чтобы получить новую.

## Keyboard
keys-title = Клавиши
key-take-next = Взять следующее обращение
key-send = Отправить ответ
key-cards = Ответить карточкой
key-queue = Перейти к очереди
key-help = Показать клавиши
key-lock = Заблокировать рабочее место

## Errors
error-offline = Ретранслятор не отвечает. Ничего не потеряно: всё хранится здесь и уйдёт, когда появится связь.
error-not-admitted = Это рабочее место не принято на линию или уже исключено. Спросите координатора.
error-vault = Хранилище повреждено или записано более новой версией. Ничего не изменено. Запустите `footbridge doctor`.
error-disk-full = На диске этого компьютера нет места. Ничего не отправлено. Освободите место и попробуйте ещё раз.
error-relay-refused = Ретранслятор это не принял. Ничего не отправлено. Обновите страницу и попробуйте снова; если не поможет, скажите оператору.
error-too-old = Это рабочее место слишком старое для линии. Установите новую версию. Ваши обращения останутся.
error-not-found = По этому адресу ничего нет.
error-unexpected = Что-то не получилось. Обновите страницу. Ваши обращения хранятся на этом компьютере.
error-coordinator-only = Это может сделать только координатор.

## Frame
desk-title = Робоче місце
skip-to-content = До вмісту
nav-queue = Очікують
nav-cases = Мої звернення
nav-cards = Картки
nav-record = Відомості
nav-shifts = Зміни
nav-roster = Список
nav-help = Довідка
lock = Заблокувати
language = Мова
demonstration = Демонстрація. Тут нікому не загрожує небезпека, і відповіді тут не поради.
connected = Зв’язок є
offline-since = Немає зв’язку { $minutes } хв. Написане зберігається на цьому комп’ютері.
syncing = Отримуємо…
roster-stale = Список не підтверджували понад 24 години. Попросіть координатора відкрити своє робоче місце.
clock-off = Годинник цього комп’ютера йде неправильно. Виправте його й оновіть сторінку.
cancel = Скасувати
back = Назад
confirm = Підтвердити
try-again = Ще раз

## Waiting
queue-empty = Ніхто не чекає.
queue-waiting = Очікують: { $count }
queue-longest = Найдовше чекають: { $minutes } хв
queue-off-duty = Ви не на зміні. Чергу видно, коли зміна почалася й ви на неї вийшли.
column-language = Мова
column-urgency = Скільки часу
column-wait = Чекає
column-action = Дія
urgency-minutes = Хвилини
urgency-hours = Години
urgency-days = Дні
urgency-none = Не терміново
language-en = англійська
language-ko = корейська
language-ru = російська
language-uk = українська
minutes-short = { $minutes } хв
hours-short = { $hours } год
days-short = { $days } дн.
take = Взяти
take-next = Взяти наступне
taking = Беремо…
take-lost = Це звернення першим узяв хтось інший.
take-refused = Зараз це звернення взяти не можна. Погляньте на чергу ще раз.
notice-waiting-expired = Одне зі звернень, що чекали, не взяли вчасно. Відкрити його більше не можна.

## Case
cases-empty = У вас немає відкритих звернень.
case-heading = Звернення { $label }
case-answer-in = Відповідати мовою:
case-new = Нове повідомлення
from-contact = Від співрозмовника
from-you = Від вас
from-card = Картка
receipt-only = Відповідь прочитано, нового повідомлення немає.
message-taken = Ви взяли звернення. Співрозмовник бачить, що його читають.
answer-label = Ваша відповідь, своїми словами
answer-own-words = Буде видно, що це ваші слова. Для фактів беріть картку.
answer-send = Надіслати
answer-card-send = Надіслати картку
answer-card-choose = Відповісти карткою
answer-pending = Надсилається. Зберігається тут, доки не дійде до ретранслятора.
answer-waiting = Ще не отримано
answer-collected = Отримано
answer-too-long = Текст довший за допустимий на { $over }. Скоротіть, будь ласка.
answer-count = Залишилося: { $left }
answer-empty = Поки нічого не написано.
refused-contact-key = Те, що надійшло від співрозмовника, не дає змоги відповісти. Нічого не надіслано.
note-label = Нотатка для себе
note-add = Зберегти нотатку
note-private = Нотатки ніколи не надсилаються. Не пишіть імен, частин і місць.
draft-keep = Зберегти чернетку
draft-kept = Чернетку збережено на цьому комп’ютері
close = Закрити звернення
close-confirm = Співрозмовника про це повідомлять. Читати звернення можна, доки його не знищено.
closed = Закрито
destroy = Закрити і знищити
destroy-confirm = Ключі звернення буде знищено. Після цього його не відкриє ніхто, і ви теж.
destroyed = Звернення знищено.
case-gone = Цього звернення тут більше немає. Його знищили або минув термін.

## Shift
shift-on-duty = Ви на зміні.
shift-none = Змін не призначено.
shift-from-until = З { $from } до { $until }
shift-now = Зараз
shift-next = Наступна
check-in = Вийти на зміну
check-out = Піти зі зміни
not-yet = Ще ні
plan-shift = Призначити зміну
shift-start = Початок
shift-hours = Годин
shift-guides = Хто на зміні
shift-nobody = Виберіть хоча б одну людину.
plan = Призначити
shift-planned = Зміну призначено, ключі видано.
notice-guide-unreachable = Один із призначених кілька днів не відкривав робоче місце й не отримав ключів. Попросіть його відкрити і призначте зміну знову.
refused-shift-times = Зміна має закінчуватися після початку й не в минулому. Перевірте час.
refused-unknown-device = Когось із вибраних більше немає в списку. Оновіть сторінку й виберіть знову.

## Roster
invite = Запросити
invite-name = Робоче ім’я (не справжнє)
invite-made = Передайте це запрошення одній людині надійним способом. Воно діє один раз.
invite-waiting = Чекаємо на відповідь новачка.
copy = Копіювати
admit = Прийняти
admit-compare = Зателефонуйте людині й звірте ці слова голосом. Приймайте, лише якщо збіглися всі.
admitted = Прийнято
refuse = Відмовити
refused = Відмовлено. Запрошення більше не діє.
joining-waiting = Це робоче місце чекає, коли його приймуть.
joining-compare = Звірте ці слова з координатором голосом. Якщо хоч одне інше, зупиніться й попросіть нове запрошення.
refused-unknown-newcomer = Із цього пристрою більше ніхто не просить його прийняти. Оновіть список.
refused-work-name = Робоче ім’я порожнє або задовге. Виберіть коротше; не справжнє ім’я.
refused-several-signatures = На цій лінії потрібні підписи кількох координаторів. Ця версія не вміє їх збирати.
roster-empty = Поки нікого не прийнято.
work-name = Робоче ім’я
role = Роль
role-guide = Консультант
role-coordinator = Координатор
languages = Мови
since = З якого дня
until = До якого дня

## Cards
cards-empty = Карток поки немає.
card-search = Шукати в картках
card-search-none = Карток із такими словами немає.
card-question = Питання
card-answer = Відповідь
card-known = Що відомо
card-not-known = Що невідомо
card-sources = Джерела
card-date-read = Прочитано { $date }
card-reviewed = Перевірено { $date }
card-review-by = Перевірити знову до { $date }
card-expired = Термін минув: надіслати не можна. Спершу картку треба перевірити знову.
card-no-language = Цією мовою такої картки немає.
refused-cards = Картки задовгі або не тієї форми. Нічого не надіслано.
class-general = Загальне
class-law = Право
class-devices = Пристрої
class-partners = Партнери

## Record
record-about = Хто що сказав і як. Лінія не вирішує, хто правий.
record-source = Джерело
record-note = Примітка
said-by = Хто сказав
how-reported = повідомлено
how-stated = заявлено
how-confirmed = підтверджено
how-denied = заперечується
how-open = невідомо
how-opinion = думка
how-background = загальні відомості
contradicts = Суперечить
supports = Підкріплює
concerns = Стосується

## Unlock
unlock-label = Парольна фраза цього робочого місця
unlock = Відкрити
unlock-working = Хвилинку. Комп’ютер обчислює.
unlock-wrong = Сховище цим не відкривається. Перевірте розкладку й спробуйте ще раз.
locked = Робоче місце заблоковано.
link-used = Це посилання вже використано. Запустіть `footbridge desk` ще раз, щоб отримати нове.

## Keyboard
keys-title = Клавіші
key-take-next = Взяти наступне звернення
key-send = Надіслати відповідь
key-cards = Відповісти карткою
key-queue = Перейти до черги
key-help = Показати клавіші
key-lock = Заблокувати робоче місце

## Errors
error-offline = Ретранслятор не відповідає. Нічого не втрачено: усе зберігається тут і піде, коли з’явиться зв’язок.
error-not-admitted = Це робоче місце не прийнято на лінію або вже вилучено. Запитайте координатора.
error-vault = Сховище пошкоджене або записане новішою версією. Нічого не змінено. Запустіть `footbridge doctor`.
error-disk-full = На диску цього комп’ютера немає місця. Нічого не надіслано. Звільніть місце й спробуйте ще раз.
error-relay-refused = Ретранслятор це не прийняв. Нічого не надіслано. Оновіть сторінку й спробуйте знову; якщо не допоможе, скажіть операторові.
error-too-old = Це робоче місце занадто старе для лінії. Установіть нову версію. Ваші звернення залишаться.
error-not-found = За цією адресою нічого немає.
error-unexpected = Щось не вийшло. Оновіть сторінку. Ваші звернення зберігаються на цьому комп’ютері.
error-coordinator-only = Це може зробити лише координатор.

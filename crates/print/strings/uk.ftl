## What it is
leaflet-title = Нотатки
poster-title = Можна запитати, не називаючи себе
what-who = Відповідають люди, які самі колись пішли з тієї самої армії.
what-sealed = Відкрити ваше повідомлення можуть лише консультанти й координатори.
what-limits = Ми нічого не обіцяємо: кажемо, що знаємо і чого не знаємо.
never-first = Лінія ніколи не пише вам першою.
seen = У мережі може бути видно, що адресу відкривали.
found = Цей аркуш можуть у вас знайти. Запам’ятайте перевірні слова й одну адресу і позбудьтеся його.

## How it is told from others
check-words = Перевірні слова цієї лінії
check-compare = Порівняйте перевірні слова: якщо хоч одне інше, виходьте.
check-address = Слова можна скопіювати, тому перевірте й адресу, літеру за літерою.
addresses = Адреси лінії
address-site = Власна адреса лінії
address-onion = Адреса для Tor Browser
address-mirror = Копія в іншому місці
address-porch = Щоб писати без скриптів
address-code = Адреса { $address } як QR-код
more-addresses = Інші адреси: { $count }
fakes = Ці адреси лише схожі на лінію. Не пишіть там.
more-fakes = Інші адреси, які лише схожі на лінію: { $count }

## Warnings
warning = Попередження, до { $date }
warning-fake-entrance = Є адреса, яка лише схожа на цю лінію. Не пишіть там.
warning-writes-first = Хтось пише людям першим від імені цієї лінії. Це не вона.
warning-false-partner = Хтось видає себе за партнера цієї лінії. Не ходіть на жодні зустрічі.
warning-entered = У цій лінії побували сторонні. Те, що до неї писали, може бути відомим.

## Dates
trust-until = Не довіряйте цьому аркушу після
as-of = На { $date }
date = { $day } { $month } { $year } року
month-1 = січня
month-2 = лютого
month-3 = березня
month-4 = квітня
month-5 = травня
month-6 = червня
month-7 = липня
month-8 = серпня
month-9 = вересня
month-10 = жовтня
month-11 = листопада
month-12 = грудня

## Cards
known = Що відомо
not-known = Що невідомо
differs = Що залежить від місця
to-do = Що робити
never-do = Чого ніколи не робити
valid-for = Для кого це правильно
checked = Перевірено { $date }.
checked-until = Не довіряйте після { $date }.
sources = Джерела
source-read = прочитано { $date }
demonstration = Демонстрація. Ця лінія несправжня, і відповіді тут не поради.
page = { $page } з { $count }

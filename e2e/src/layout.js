// What is wrong with how a page lies in its window, a line each: what sticks out or is cut off, and what lies over something else.
const wide = document.documentElement.clientWidth;
const name = (one) => one.outerHTML.slice(0, 120);
const found = [];
if (document.documentElement.scrollWidth > innerWidth) found.push("the page is wider than its window");
// What is there for those alone who have it read aloud has no place on the screen.
const isOnlyRead = (one) => {
  const style = getComputedStyle(one);
  return style.position === "absolute" && (style.clipPath !== "none" || one.getBoundingClientRect().right < 0);
};
const shown = [...document.querySelectorAll("body *")].filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".scroll, .skip, .unseen") && !isOnlyRead(one));
for (const one of shown) {
  const box = one.getBoundingClientRect();
  if (box.right > wide + 1 || box.left < -1) found.push("sticks out: " + name(one));
  const hides = ["hidden", "clip"].includes(getComputedStyle(one).overflowX);
  if (hides && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)) found.push("cut off: " + name(one));
}
// A closed list shows what is chosen on one line; alone, it would take as much room as that needs.
for (const list of shown.filter((one) => one.matches("select"))) {
  const alone = list.parentElement.appendChild(list.cloneNode(false));
  alone.append(list.selectedOptions[0].cloneNode(true));
  alone.style.width = "auto";
  if (alone.offsetWidth > list.offsetWidth + 1) found.push("cuts a choice off: " + name(list));
  alone.remove();
}
// What can be pressed must not lie over something else that can.
const boxes = shown.filter((one) => one.matches("a[href], button, input:not([type=hidden]), select, textarea, summary"))
  .filter((one) => !one.closest("header") || getComputedStyle(one.closest("header")).position !== "sticky")
  .flatMap((one) => [...one.getClientRects()].map((box) => ({ one, box })));
boxes.forEach((p, place) => {
  for (const q of boxes.slice(place + 1)) {
    if (p.one.contains(q.one) || q.one.contains(p.one)) continue;
    const across = Math.min(p.box.right, q.box.right) - Math.max(p.box.left, q.box.left);
    const down = Math.min(p.box.bottom, q.box.bottom) - Math.max(p.box.top, q.box.top);
    if (across > 2 && down > 2) found.push("overlaps: " + name(p.one) + " / " + name(q.one));
  }
});
return found;

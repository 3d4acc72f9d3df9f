// What has the focus: what it is, where it lies, and whether that is seen.
const one = document.activeElement;
if (!one || one === document.body || one === document.documentElement) return null;
const box = one.getBoundingClientRect();
const style = getComputedStyle(one);
const head = one.closest("header");
const stays = Boolean(head) && getComputedStyle(head).position === "sticky";
const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
const colours = [getComputedStyle(document.body).backgroundColor, "rgba(0, 0, 0, 0)"];
return {
  name: one.dataset.testid || one.id || one.textContent.trim().slice(0, 40) || one.tagName,
  place: [...document.querySelectorAll("*")].indexOf(one),
  top: stays ? 0 : box.top + scrollY,
  bottom: stays ? box.height : box.bottom + scrollY,
  left: box.left,
  ringed: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && !colours.includes(style.outlineColor),
  // Taller than the window: what can be seen of it is enough.
  seen: box.height > innerHeight / 2 ? box.top < innerHeight && box.bottom > 0 : one.contains(document.elementFromPoint(x, y)),
};

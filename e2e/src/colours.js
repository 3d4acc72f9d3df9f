// What cannot be seen where the system's few colours take the place of a page's own, a line each.
const name = (one) => one.outerHTML.slice(0, 120);
const found = matchMedia("(forced-colors: active)").matches ? [] : ["the colours are not forced"];
const paper = getComputedStyle(document.body).backgroundColor;
const isSeen = (colour) => colour !== paper && !/^rgba\(.*, 0\)$/.test(colour);
const hasEdge = (one) => {
  const style = getComputedStyle(one);
  return ["Top", "Right", "Bottom", "Left"].every((side) =>
    parseFloat(style["border" + side + "Width"]) >= 1 && style["border" + side + "Style"] !== "none" && isSeen(style["border" + side + "Color"]));
};
const shown = (what) => [...document.querySelectorAll(what)].filter((one) => one.checkVisibility({ visibilityProperty: true }));
// The system draws these two itself.
for (const one of shown("button, select, textarea, input:not([type=hidden], [type=radio], [type=checkbox])")) {
  if (!hasEdge(one)) found.push("has no edge: " + name(one));
}
for (const one of shown("button, a[href], summary, label, p, h1, h2, h3, li")) {
  if (!isSeen(getComputedStyle(one).color)) found.push("its text has the colour of the page: " + name(one));
}
// What is chosen, or is where one is, must not show by its background alone.
for (const one of shown("[aria-checked=true]")) {
  if (["none", "normal"].includes(getComputedStyle(one, "::before").content)) found.push("does not show that it is chosen: " + name(one));
}
for (const one of shown("[aria-current]:not([aria-current=false])")) {
  const others = [...one.parentElement.children].filter((other) => other !== one && other.matches("a"));
  const looks = (link) => { const style = getComputedStyle(link); return style.borderTopColor + style.borderTopStyle; };
  if (others.some((other) => looks(other) === looks(one))) found.push("has the same edge as the others: " + name(one));
}
for (const one of shown(".warning, .band, .warned, .outcome")) {
  const style = getComputedStyle(one);
  if (one.textContent.trim() && !(parseFloat(style.borderLeftWidth) >= 2 && isSeen(style.borderLeftColor))) found.push("is marked by its background alone: " + name(one));
}
return found;

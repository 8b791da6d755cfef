"""How a page looks, measured: what is wrong with it as it stands, in words."""

from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

AXE = {"rules": {"target-size": {"enabled": True}}}  # of WCAG 2.2; axe leaves it out unless it is asked
AXE_JSON = {"resultTypes": ["violations"], **AXE}

EVERYTHING = """  const roots = [document];
  const all = [];
  for (const root of roots)
    for (const node of root.querySelectorAll("*")) {
      all.push(node);
      if (node.shadowRoot) roots.push(node.shadowRoot);
    }
"""

MEASURE = (
    """() => {
  const faults = [];
"""
    + EVERYTHING
    + """  const name = node => {
    const kind = node.localName + (node.id ? "#" + node.id : "") + [...node.classList].map(each => "." + each).join("");
    return `${kind} “${node.textContent.trim().replace(/\\s+/g, " ").slice(0, 40)}”`;
  };
  const seen = node => node.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
  const heard = node => node.closest(".ck-only-heard, .heard, .ck-else, caption, .ck-skip:not(:focus)");
  const page = document.documentElement;
  const over = page.scrollWidth - page.clientWidth;
  if (over > 0) faults.push(`the page scrolls sideways by ${over}`);

  const scrolls = node => node.matches("input, textarea, select, .ck-wide, .ck-wide *");
  for (const node of all) {
    if (!seen(node) || heard(node) || scrolls(node) || !node.clientWidth || node.closest("svg")) continue;
    const style = getComputedStyle(node);
    if (parseFloat(style.lineHeight) < parseFloat(style.fontSize)) faults.push(`lines in one another: ${name(node)}`);
    if (style.display === "inline") continue;
    if (node.scrollWidth > node.clientWidth + 1 && !node.matches("html, body"))
      faults.push(`wider than its place: ${name(node)} ${node.scrollWidth} of ${node.clientWidth}`);
    if (style.overflowY !== "visible" && node.scrollHeight > node.clientHeight + 1 && !node.matches("html, body"))
      faults.push(`cut off: ${name(node)} ${node.scrollHeight} of ${node.clientHeight}`);
  }

  const CONTROL = "a[href], button, input, select, textarea, summary";
  const controls = all.filter(node => node.matches(CONTROL) && seen(node) && !heard(node));
  const boxes = controls.map(node => [node, [...node.getClientRects()].filter(each => each.width && each.height)]);
  for (const [node, rects] of boxes)
    for (const rect of rects)
      if ((rect.left < -1 || rect.right > innerWidth + 1) && !node.closest(".ck-wide"))
        faults.push(`outside the window: ${name(node)} ${Math.round(rect.left)}–${Math.round(rect.right)}`);
  for (const [node, rects] of boxes) {
    const inText = node.matches("a") && getComputedStyle(node).display === "inline";
    if (inText || node.matches(".ck-check input, .ck-remember input")) continue;
    for (const rect of rects)
      if (rect.width < 23.5 || rect.height < 23.5)
        faults.push(`too small to hit: ${name(node)} ${Math.round(rect.width)} × ${Math.round(rect.height)}`);
  }
  const fixed = node => node.closest(".ck-news");  // lies over the page until it is used
  const order = boxes.flatMap(([node, rects]) => rects.map(rect => [node, rect])).sort((a, b) => a[1].top - b[1].top);
  for (let i = 0; i < order.length; i++)
    for (let j = i + 1; j < order.length && order[j][1].top < order[i][1].bottom - 2; j++) {
      const [[one, a], [other, b]] = [order[i], order[j]];
      if (one === other || one.contains(other) || other.contains(one) || fixed(one) || fixed(other)) continue;
      if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 && Math.min(a.bottom, b.bottom) - b.top > 2)
        faults.push(`one lies over the other: ${name(one)} and ${name(other)}`);
    }
  return faults.length > 12 ? [...faults.slice(0, 12), `… and ${faults.length - 12} more`] : faults;
}"""
)


ENLARGED = [("400 % of 1280", 320, ""), ("200 % of 1280", 640, ""), ("text of 200 %", 1280, "200%")]

TOLD_APART = (
    """() => {
  const faults = [];
"""
    + EVERYTHING
    + """  const looks = node => getComputedStyle(node);
  const lined = node => ["Top", "Right", "Bottom", "Left"].some(
    side => looks(node)[`border${side}Style`] !== "none" && parseFloat(looks(node)[`border${side}Width`]) > 0);
  const underlined = node => looks(node).textDecorationLine.includes("underline");
  const name = node => `${node.localName}.${node.className} “${node.textContent.trim().slice(0, 30)}”`;
  const LINED = "button, input:not([type=checkbox], [type=radio]), textarea, mark, [aria-current=page]"
    + ", .ck-badge, .badge, .ck-main, .ck-new-word";
  const meant = node => node.checkVisibility({ visibilityProperty: true }) && !node.closest(".ck-else");
  for (const node of all.filter(meant)) {
    if (node.matches(LINED))
      if (!lined(node) && !underlined(node)) faults.push(`without a line: ${name(node)}`);
    const { animationName, transitionDuration } = looks(node);
    if (animationName !== "none" || parseFloat(transitionDuration) > 0) faults.push(`moves: ${name(node)}`);
  }
  for (const node of all.filter(node => meant(node) && node.matches("a[href], button, input, textarea, summary"))) {
    node.focus();
    const { outlineStyle, outlineWidth } = looks(node);
    if (node.matches(":focus-visible") && (outlineStyle === "none" || parseFloat(outlineWidth) < 2))
      faults.push(`not seen to be focused: ${name(node)}`);
  }
  return faults.slice(0, 12);
}"""
)


def faults(page: Page) -> list[str]:
    """What is cut off, lies over something, is too small, or can't be read by all."""
    measured: list[str] = page.evaluate(MEASURE)
    # the way to what is new hangs over whatever stands at the window's lower edge: at the page's end over nothing
    page.evaluate("document.querySelector('.ck-news a') && scrollTo(0, document.body.scrollHeight)")
    found = Axe().run(page, options=AXE_JSON).response["violations"]
    return measured + [
        f"axe, {each['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for each in found
        for node in each["nodes"][:3]
    ]


def cells(page: Page, photograph: Callable[[str], None]) -> list[str]:
    """Look at a page on a phone and on a desk, by day and by night, enlarged, and in the system's own colours.

    Args:
        photograph: keeps a picture, under a name.
    """
    found = []
    for width in (360, 1400):
        page.set_viewport_size({"width": width, "height": 800})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            photograph(f"{width} {scheme}")
            found += [f"{width} {scheme}: {each}" for each in faults(page)]
    for name, width, text in ENLARGED:
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate("size => { document.documentElement.style.fontSize = size }", text)
        photograph(name)
        found += [f"{name}: {each}" for each in page.evaluate(MEASURE)]
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    photograph("forced colours")
    return found + [f"forced colours: {each}" for each in page.evaluate(TOLD_APART)]

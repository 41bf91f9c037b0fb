"""What may be wrong with a respondent's page as it is seen: letters, widths, colours, focus."""

from playwright.sync_api import Page

from tests.journeys.conftest import fits, picture

PHONE, DESK = {"width": 360, "height": 640}, {"width": 1280, "height": 800}
# 1280 pixels enlarged fourfold.
FOURFOLD = {"width": 320, "height": 256}
LARGER = "size => document.documentElement.style.fontSize = size"
OPEN = "document.querySelectorAll('details').forEach(d => d.open = true)"
# What lies outside of the screen, is cut off, or is smaller than a finger.
WRONG = """() => {
  const found = [], wide = document.documentElement.clientWidth;
  const hidden = at => getComputedStyle(at).clipPath !== 'none';
  for (const at of document.querySelectorAll('body *')) {
    if (!at.checkVisibility() || hidden(at) || at.closest('svg')) continue;
    const box = at.getBoundingClientRect(), told = at.tagName + '.' + at.className + ' '
      + at.textContent.trim().slice(0, 40);
    if (box.right > wide + 1 || box.left < -1) found.push('outside: ' + told);
    const cut = getComputedStyle(at).overflowX !== 'visible' || at.matches('label span, button');
    if (cut && !at.matches('input, textarea, audio') && at.scrollWidth > at.clientWidth + 2)
      found.push('cut off: ' + told);
  }
  for (const at of document.querySelectorAll('a, button, summary, input, textarea, label.o')) {
    if (!at.checkVisibility() || hidden(at) || at.type === 'hidden') continue;
    const own = at.closest('label.o') ?? at, box = own.getBoundingClientRect();
    const least = own.matches('label.o, button') ? 44 : 24;
    const inText = at.matches('p a, .promise a');
    if (!inText && (box.width < least || box.height < least))
      found.push(`small: ${at.tagName} ${Math.round(box.width)}x${Math.round(box.height)} `
        + own.textContent.trim().slice(0, 40));
  }
  return found;
}"""
PLAIN = """() => {
  const found = [];
  for (const at of document.querySelectorAll('.o span, button, fieldset, input:not([type=hidden])'))
    if (at.checkVisibility() && !at.matches('.o input')
        && parseFloat(getComputedStyle(at).borderTopWidth) < 1)
      found.push('no edge: ' + at.tagName + at.className);
  if (document.getAnimations().length) found.push('it moves');
  return found;
}"""
FOCUS = """() => {
  const at = document.activeElement, seen = at.matches('.o input') ? at.nextElementSibling : at;
  const box = seen.getBoundingClientRect(), style = getComputedStyle(seen);
  const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
  const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 20), 0), innerHeight - 1);
  const hit = document.elementFromPoint(x, y);
  return {
    tag: at.tagName.toLowerCase(), type: at.type || '', name: at.name || '', value: at.value || '',
    text: seen.textContent.trim().slice(0, 60), href: at.getAttribute('href') || '',
    checked: at.checked || false,
    ringed: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    inside: box.top >= -1 && box.top < innerHeight - 10
      && box.left >= -1 && box.right <= innerWidth + 1,
    open: !!hit && (seen.contains(hit) || at.contains(hit) || hit.contains(seen)),
  };
}"""


def tab(page: Page, back: bool = False) -> dict[str, object]:
    """Go to what comes next; whoever looks must see where that is."""
    page.keyboard.press("Shift+Tab" if back else "Tab")
    at = page.evaluate(FOCUS)
    assert at["tag"] != "body", "the end of the page"
    assert at["ringed"], at
    assert at["inside"], at
    assert at["open"], at
    return dict(at)


def seen(page: Page, name: str) -> dict[str, list[str]]:
    """Look at a page in all sizes and colours that people choose; what is wrong with it."""
    wrong = {}
    page.evaluate(OPEN)
    for size, letters in ((FOURFOLD, ""), (PHONE, "200%"), (DESK, "200%")):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.evaluate(LARGER, letters)
        found = page.evaluate(WRONG)
        if not fits(page):
            found.append("needs scrolling sideways")
        wrong[f"{name} at {size['width']} {letters}"] = found
        picture(page, f"{name}{letters.strip('%')}")
    page.evaluate(LARGER, "")
    wrong[f"{name} in colours of one's own"] = page.evaluate(PLAIN)
    return {place: found for place, found in wrong.items() if found}

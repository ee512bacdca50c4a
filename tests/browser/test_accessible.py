"""Every page, light and dark, with scripts and without: contrast as computed from what Chromium draws, and the structure
that a keyboard and a screen reader go by (WCAG 2.2 AA: 1.3.1, 1.4.3, 2.4.1, 2.4.2, 2.4.6, 3.1.1, 4.1.2)."""

import re

import pytest

# Of each text that is drawn: its colour on the ground it stands on (1.4.3: 4.5, large text 3).
CONTRASTS = r"""
const parse = c => { const m = c.match(/[\d.]+/g).map(Number);
  const s = c.startsWith('color(srgb') ? m.map((v, i) => i < 3 ? v * 255 : v) : m; return [s[0], s[1], s[2], s[3] ?? 1]; };
const over = (top, under) => [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
const light = c => { const [r, g, b] = c.map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
  return .2126 * r + .7152 * g + .0722 * b; };
const ground = e => { const layers = []; for (; e; e = e.parentElement) {
    const style = getComputedStyle(e);
    if (style.backgroundImage !== 'none' && !style.backgroundImage.startsWith('url')) return null;
    layers.push(parse(style.backgroundColor)); }
  return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255, 1]); };
const found = {};
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const text = walker.currentNode.textContent.trim(), e = walker.currentNode.parentElement;
  if (!text || ['SCRIPT', 'STYLE', 'NOSCRIPT', 'OPTION', 'TITLE'].includes(e.tagName)) continue;
  if (e.closest('[disabled], .disabled, [aria-hidden=true], .visually-hidden, .skip-link, svg')) continue;
  if (!e.checkVisibility({checkOpacity: true, checkVisibilityCSS: true})) continue;
  const style = getComputedStyle(e), back = ground(e);
  if (!back) continue;
  const [a, b] = [light(over(parse(style.color), back)), light(back)];
  const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && +style.fontWeight >= 700);
  if (ratio < (large ? 3 : 4.5)) found[`${e.tagName}.${e.className} ${style.color} on ${back.slice(0, 3).map(Math.round)}`] =
    `${ratio.toFixed(2)} "${text.slice(0, 30)}"`;
}
return found;
"""

STRUCTURE = r"""
const wrong = [], all = s => [...document.querySelectorAll(s)];
if (!document.documentElement.lang) wrong.push('the page says no language');
if (!document.title.trim()) wrong.push('the page has no title');
if (all('h1').length !== 1) wrong.push(`${all('h1').length} h1`);
if (all('main').length !== 1) wrong.push(`${all('main').length} main`);
let level = 0;
for (const h of all('h1,h2,h3,h4,h5,h6')) { const n = +h.tagName[1];
  if (n > level + 1) wrong.push(`${h.tagName} "${h.textContent.trim().slice(0, 30)}" after h${level}`); level = n; }
if (!all('a[href^="#"]').some(a => a.matches('.skip-link'))) wrong.push('no skip link');
const named = e => (e.labels && [...e.labels].some(l => l.textContent.trim())) || e.getAttribute('aria-label')?.trim() ||
  (e.getAttribute('aria-labelledby') ?? '').split(' ').some(id => document.getElementById(id)?.textContent.trim()) || e.title;
for (const e of all('input:not([type=hidden]), select, textarea')) if (!named(e)) wrong.push(`${e.tagName} ${e.name} has no label`);
for (const e of all('button, a[href], summary'))
  if (!(e.textContent.trim() || named(e) || e.querySelector('img[alt]:not([alt=""]), svg[aria-label], svg title')))
    wrong.push(`${e.outerHTML.slice(0, 80)} has no name`);
for (const e of all('img:not([alt]), svg:not([aria-hidden]):not([role=img]):not([aria-label])')) wrong.push(`${e.outerHTML.slice(0, 80)} has no alternative`);
for (const t of all('table')) if (!t.querySelector('th')) wrong.push('a table without header cells');
for (const n of all('nav')) if (all('nav').length > 1 && !named(n)) wrong.push('several nav, one without a name');
const ids = all('[id]').map(e => e.id);
for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) wrong.push(`the id ${id} stands twice`);
for (const e of all('[aria-describedby], [aria-controls], label[for]'))
  for (const id of `${e.getAttribute('aria-describedby') ?? ''} ${e.getAttribute('for') ?? ''}`.trim().split(/\s+/))
    if (id && !document.getElementById(id)) wrong.push(`${e.tagName} refers to ${id}, which is not there`);
if (document.documentElement.scrollWidth > innerWidth + 1) wrong.push(`wider than the window by ${document.documentElement.scrollWidth - innerWidth}`);
return wrong;
"""


@pytest.fixture(scope="module")
def pages(coordinator):
    """One page of each kind that a coordinator can reach by links."""
    def kind(path):
        return re.sub(r"\d+", "N", path.split("?")[0]) + ("?" if "?" in path else "")

    made = coordinator.api("POST", "/organisations", json={"name": "Reached House", "is_funder": True, "is_partner": True})
    grant = coordinator.api("POST", "/grants", json={
        "programme": "horizon-europe-actual", "title": "Reached", "funder_id": made.json()["id"], "currency": "EUR",
        "state": "applied", "state_on": "2026-01-01", "requested_amount": "1000.00", "probability": "50",
        "starts_on": "2026-01-01", "ends_on": "2026-12-31"})
    assert grant.status_code == 201, grant.text
    seen, queue = {}, ["/"]
    while queue:
        path = queue.pop(0)
        if kind(path) in seen or len(seen) > 80:
            continue
        answer = coordinator.get(path, headers={"Accept": "text/html"})
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        seen[kind(path)] = path
        queue += [link.replace("&amp;", "&") for link in re.findall(r'href="(/[^"#]*)"', answer.text)
                  if not re.match(r"/(static|api|sign-out)", link) and not link.endswith((".xlsx", ".csv"))]
    assert len(seen) > 15
    return list(seen.values())


def visit(chromium, coordinator, path):
    if not chromium.current_url.startswith(coordinator.url):
        chromium.get(coordinator.url + "/healthz")
        for cookie in coordinator.session.cookies:
            chromium.add_cookie({"name": cookie.name, "value": cookie.value})
    chromium.get(coordinator.url + path)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(chromium, coordinator, pages, scheme):
    chromium.execute_cdp_cmd("Emulation.setEmulatedMedia",
                             {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    faint = {}
    for path in pages + ["/sign-in"]:
        visit(chromium, coordinator, path)
        for what, ratio in chromium.execute_script(CONTRASTS).items():
            faint.setdefault(what, f"{ratio} at {path}")
    assert not faint, "\n".join(f"{what}: {ratio}" for what, ratio in faint.items())


@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("scripts", [True, False])
def test_every_page_has_the_structure_that_a_screen_reader_goes_by(chromium, coordinator, pages, scripts, width):
    chromium.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not scripts})
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                             {"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": False})
    wrong, titles = [], {}
    for path in pages + ["/sign-in"]:
        visit(chromium, coordinator, path)
        wrong += [f"{path}: {each}" for each in chromium.execute_script(STRUCTURE)]
        titles.setdefault(chromium.title, path)
    assert not wrong, "\n".join(wrong)
    assert len(titles) > len(pages) * 0.6, "titles tell pages apart"

"""Words and drawings in templates: what is kept is never shown to the wrong reader, nor unescaped."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

from markupsafe import Markup

from kit import i18n
from kit.templates import _environment, environment

KEPT = "{% macro _one(text) %}{{ _('Dialoge') }}: {{ text }}{% endmacro %}{% set one = kept(_one) %}"


def drawn(source: str, **context: object) -> str:
    return environment().from_string(source).render(context)


def test_what_is_kept_speaks_the_language_in_use() -> None:
    # As an imported macro: made once, then shared by all pages of its language.
    shown = []
    for code in ("de", "en", "qps", "de"):
        with i18n.use(code):
            shown.append(environment().from_string(KEPT).module.one("x"))  # type: ignore[attr-defined]
    assert shown == ["Dialoge: x", "Dialogues: x", "⟦Dialoge⟧: x", "Dialoge: x"]


def test_what_never_changes_is_text_in_the_compiled_template() -> None:
    source = "<i>{{ _('Dialoge') }} 100 {{ _('%%') }} {% trans %}Dialoge{% endtrans %} {{ land_name('BY') }}</i>"
    pieces = {}
    for code in i18n.CODES:
        with i18n.use(code):
            template = environment().from_string(source)
            pieces[code] = list(template.root_render_func(template.new_context()))
    assert pieces == {
        "de": ["<i>Dialoge 100 % ", "Dialoge", " Bayern</i>"],
        "en": ["<i>Dialogues 100 % ", "Dialogues", " Bavaria</i>"],
        "qps": ["<i>⟦Dialoge⟧ 100 ⟦%⟧ ", "⟦Dialoge⟧", " ⟦Bayern⟧</i>"],
    }


def test_threads_that_ask_at_once_get_one_template() -> None:
    # An environment that has compiled nothing yet.
    fresh = _environment.__wrapped__("de", autoescape=True)
    together = Barrier(8)

    def load(_number: int) -> object:
        together.wait()
        return fresh.get_template("macros/pictures.html")

    with ThreadPoolExecutor(8) as pool:
        assert len(set(map(id, pool.map(load, range(8))))) == 1


def test_what_is_kept_tells_html_from_the_same_letters() -> None:
    both = KEPT + "{{ one(safe) }} | {{ one(typed) }}"
    assert drawn(both, safe=Markup("<b>"), typed="<b>") == "Dialoge: <b> | Dialoge: &lt;b&gt;"


def test_a_kept_drawing_is_made_once() -> None:
    made: list[str] = []

    def note(text: str) -> str:
        made.append(text)
        return text

    source = "{% macro _one(text) %}{{ note(text) }}{% endmacro %}{% set one = kept(_one) %}"
    assert drawn(source + "{{ one('a') }}{{ one('a') }}{{ one('b') }}", note=note) == "aab"
    assert made == ["a", "b"]


def test_sentences_escape_what_is_filled_in() -> None:
    source = (
        "{{ _('Zeile %(number)d', number=3) }} {{ _('100 %%') }} {{ _('<i>%(name)s</i>', name=name) }} "
        "{{ ngettext('%(num)d Dialog', '%(num)d Dialoge', 2) }} {% trans name=name %}Anbieter: {{ name }}{% endtrans %}"
    )
    assert drawn(source, name="<b>") == "Zeile 3 100 % <i>&lt;b&gt;</i> 2 Dialoge Anbieter: &lt;b&gt;"


def test_a_short_day_has_one_form_on_all_days_of_a_week() -> None:
    days = [date(2026, 11, day) for day in range(16, 23)]
    shown = {}
    for code in ("de", "en"):
        with i18n.use(code):
            shown[code] = " | ".join(map(i18n.format_day_short, days))
    assert shown == {
        "de": "Mo 16. Nov. | Di 17. Nov. | Mi 18. Nov. | Do 19. Nov. | Fr 20. Nov. | Sa 21. Nov. | So 22. Nov.",
        "en": "Mon 16 Nov | Tue 17 Nov | Wed 18 Nov | Thu 19 Nov | Fri 20 Nov | Sat 21 Nov | Sun 22 Nov",
    }

"""Hooks: every one is declared, asked by a typed caller, and misspelling one stops the start."""

import inspect

import pytest
from pluggy import PluginValidationError

from storefront.hooks import MenuItem, Spec, hookimpl
from storefront.plugins import Hooks

QUESTIONS = [name for name, _ in inspect.getmembers(Spec, inspect.isfunction)]


def test_answers_of_several_plugins_come_together_in_order():
    class Late:
        @hookimpl
        def menu_items(self):
            return [MenuItem("Late", "late", order=90)]

    class Early:
        @hookimpl
        def menu_items(self):
            return [MenuItem("Early", "early", order=10)]

    items = Hooks([Late(), Early()]).menu_items()

    assert [item.label for item in items] == ["Early", "Late"]


def test_a_misspelt_hook_stops_the_start():
    class Misspelt:
        @hookimpl
        def menu_itmes(self):
            return []

    with pytest.raises(PluginValidationError):
        Hooks([Misspelt()])


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_has_one_typed_caller(question):
    assert callable(getattr(Hooks, question))


@pytest.mark.parametrize("question", QUESTIONS)
def test_our_own_plugin_really_answers_every_question(question):
    from routines import plugin

    assert callable(getattr(plugin, question, None)), (
        "a hook ships only together with a real use"
    )

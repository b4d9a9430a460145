"""Each app has the commands of its own plugins, and no other app's."""

import types

import click
import pytest

from storefront import Storefront
from storefront.cli.commands import group
from storefront.errors import RefusedToStart
from storefront.hooks import hookimpl


def plugin(*names):
    """Make a plugin that adds commands of these names."""

    @hookimpl
    def commands():
        return [click.Command(name) for name in names]

    return types.SimpleNamespace(commands=commands)


@pytest.fixture
def host(settings):
    """Make a bare host with plugins; give its storefront commands."""
    import flask

    def make(*plugins):
        app = flask.Flask("host")
        Storefront(app, settings=settings, plugins=plugins)
        return app.cli.commands["storefront"].commands

    return make


def test_two_apps_do_not_share_their_plugins_commands(host):
    one, other, bare = host(plugin("weigh")), host(plugin("count")), host()

    assert "weigh" in one
    assert "weigh" not in {*other, *bare, *group.commands}
    assert "count" in other
    assert "orders" in bare


def test_the_same_plugin_in_two_apps_is_harmless(host):
    shared = plugin("weigh")

    assert set(host(shared)) == set(host(shared))


def test_a_plugin_cannot_take_the_name_of_a_command(host):
    with pytest.raises(RefusedToStart, match="adds the command orders"):
        host(plugin("orders"))

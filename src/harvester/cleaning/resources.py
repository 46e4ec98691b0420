"""What pages are judged by."""

from dataclasses import dataclass
from functools import cache

from harvester.content.other_pages import with_other_pages
from harvester.content.page_type import PageTypeModel, load_page_types
from harvester.content.trees import Model, load_model
from harvester.rules.load import Rules, load_rules


@dataclass(frozen=True, slots=True)
class Resources:
    """What pages are judged by; None: what comes with the package."""

    blocks: Model | None = None  # which blocks are content
    types: PageTypeModel | None = None  # what kind of page it is
    rules: Rules | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a page is judged by, all of it there: it is passed from here on, nothing below loads anything."""

    blocks: Model
    types: PageTypeModel
    rules: Rules


@cache
def load_all_stages() -> Model:
    """Return the model that comes with the package, with the stage for pages that are hardly articles."""
    return with_other_pages(load_model())


def loaded(given: Model | Resources | None) -> Loaded:
    """Return what is given, and what comes with the package where nothing is."""
    if given is None:
        return _packaged()
    own = given if isinstance(given, Resources) else Resources(given)
    return Loaded(own.blocks or load_all_stages(), own.types or load_page_types(), own.rules or load_rules())


@cache
def _packaged() -> Loaded:
    return Loaded(load_all_stages(), load_page_types(), load_rules())


def rules_digest(rules: Rules, model: str | None, types: PageTypeModel | None) -> str:
    """Return the digests of all that a page is judged by; of a text dump, which no model judges, of the rules alone."""
    return "-".join(filter(None, (rules.digest, model, types.digest if model and types else None)))


def present_rules() -> tuple[str, str]:
    """Return the `cleaning.rules` of articles that are made now: of pages, and of text dumps."""
    rules = load_rules()
    return rules_digest(rules, load_all_stages().digest, load_page_types()), rules_digest(rules, None, None)

"""What the fixed words are made of. Every class here is frozen, and every look-up returns one."""

from osac_share.taxonomy.models.names import fold, plain
from osac_share.taxonomy.models.places import Area, Atlas, Country, Place, Region
from osac_share.taxonomy.models.topics import (
    AdvisoryLevel,
    RiskIndicator,
    Subjects,
    Topic,
    TopicGroup,
)
from osac_share.taxonomy.models.words import (
    AlertKind,
    Chapter,
    Expiry,
    Kind,
    Marking,
    Products,
    Section,
    Severity,
    State,
    Vocabulary,
    Word,
)

__all__ = [
    "AdvisoryLevel",
    "AlertKind",
    "Area",
    "Atlas",
    "Chapter",
    "Country",
    "Expiry",
    "Kind",
    "Marking",
    "Place",
    "Products",
    "Region",
    "RiskIndicator",
    "Section",
    "Severity",
    "State",
    "Subjects",
    "Topic",
    "TopicGroup",
    "Vocabulary",
    "Word",
    "fold",
    "plain",
]

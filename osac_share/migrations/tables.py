"""Every module that declares tables, imported so that `Base.metadata` is complete."""

from __future__ import annotations

import osac_share.accounts.models
import osac_share.api.models
import osac_share.audit.models
import osac_share.cap.models
import osac_share.channels.models
import osac_share.councils.models
import osac_share.delivery.models
import osac_share.exchange.models
import osac_share.kernel.outbox
import osac_share.letters.models
import osac_share.membership.models
import osac_share.proposals.models
import osac_share.relays.models
import osac_share.reports.models
import osac_share.search.models.saved
import osac_share.search.models.stored
import osac_share.subscriptions.models
import osac_share.tokens.models  # noqa: F401

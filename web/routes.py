"""All routes of all rooms, in the order in which they are matched."""

import accounts.routes
import badges.routes
import checkin.routes
import events.routes
import feedback.routes
import network.routes
import registration.routes
import servicepoint.routes
import subscription.routes
from kit.registry import Declared
from web import demo_post

ROUTES: tuple[Declared, ...] = (
    *events.routes.ROUTES,
    *registration.routes.ROUTES,
    *accounts.routes.ROUTES,
    *network.routes.ROUTES,
    *badges.routes.ROUTES,
    *checkin.routes.ROUTES,
    *feedback.routes.ROUTES,
    *subscription.routes.ROUTES,
    *servicepoint.routes.ROUTES,
    *demo_post.ROUTES,
)

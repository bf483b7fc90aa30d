"""The only writers of registrations: one function per verb."""

from registration.operations.access_needs import change_access_need
from registration.operations.arrivals import admit, arrive, meet, undo_arrival
from registration.operations.calendar import renew_calendar, send_all_calendar
from registration.operations.consents import withdraw_consent
from registration.operations.desk import add_by_hand, cancel_by_hand, confirm_by_hand, release_hold, release_holds
from registration.operations.erasure import erase
from registration.operations.own import accept_offer, cancel, change_names, confirm, decline_offer, extend
from registration.operations.parting import cancel_people
from registration.operations.places import places, release
from registration.operations.seating import seat
from registration.operations.sign_up import register

__all__ = [
    "accept_offer",
    "add_by_hand",
    "admit",
    "arrive",
    "cancel",
    "cancel_by_hand",
    "cancel_people",
    "change_access_need",
    "change_names",
    "confirm",
    "confirm_by_hand",
    "decline_offer",
    "erase",
    "extend",
    "meet",
    "places",
    "register",
    "release",
    "release_hold",
    "release_holds",
    "renew_calendar",
    "seat",
    "send_all_calendar",
    "undo_arrival",
    "withdraw_consent",
]

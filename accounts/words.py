"""What devices are called, in the language in use."""

from kit.i18n import _


def device_name(device: str) -> str:
    """Firefox auf Windows; what is unknown is left out."""
    browser, _slash, system = device.partition("/")
    if browser and system:
        return _("%(browser)s auf %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unbekanntes Gerät")

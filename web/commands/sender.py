"""What the name servers say of the domain that letters come from: MX, SPF, DKIM, DMARC, each with advice where it lacks."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver

# For all questions together: a machine without a name server is told so, not kept waiting.
PATIENCE_SECONDS = 3.0


class NoDomain(Exception):
    """The domain does not exist, or takes and names nothing at all."""


class NoAnswer(Exception):
    """No name server answers here."""


@dataclass(frozen=True)
class Report:
    """What is published, in a few words each, and what to do about the rest."""

    found: tuple[str, ...]
    advice: tuple[str, ...]


class Lookup:
    """Questions to the name servers of this machine. Raises NoAnswer once their time is over."""

    def __init__(self, resolver: dns.resolver.Resolver | None = None) -> None:
        try:
            self.resolver = resolver or dns.resolver.Resolver()
        except dns.resolver.NoResolverConfiguration as error:
            raise NoAnswer from error
        self.until = time.monotonic() + PATIENCE_SECONDS

    def records(self, name: str, kind: str) -> list[str] | None:
        """The records of one kind as text, the parts of a TXT record joined; None: the name does not exist."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise NoAnswer
        try:
            answer = self.resolver.resolve(name, kind, search=False, lifetime=left, raise_on_no_answer=False)
        except dns.resolver.NXDOMAIN:
            return None
        except dns.exception.DNSException as error:
            raise NoAnswer from error
        if answer.rrset is None:
            return []
        if kind == "TXT":
            return [b"".join(row.strings).decode("ascii", "replace") for row in answer.rrset]
        return sorted(row.to_text() for row in answer.rrset)


def report(domain: str, *, server: str, selector: str = "", key: str = "", lookup: Lookup) -> Report:
    """Reads the records of a domain. `server` is the host that takes our letters, `selector` names a DKIM key, `key` is the
    public half of ours.

    Raises NoDomain and NoAnswer.
    """
    found: list[str] = []
    advice: list[str] = []
    for name, lines in (
        ("MX", _mx(domain, lookup)),
        ("SPF", _spf(domain, server, lookup)),
        ("DKIM", _dkim(domain, selector, key, lookup)),
        ("DMARC", _dmarc(domain, lookup)),
    ):
        for good, line in lines:
            (found if good else advice).append(f"{name} {line}")
    return Report(tuple(found), tuple(advice))


Lines = Iterator[tuple[bool, str]]


def _mx(domain: str, lookup: Lookup) -> Lines:
    servers = lookup.records(domain, "MX")
    if servers:
        if servers == ["0 ."]:
            yield (
                False,
                f"says that {domain} takes no mail: bounces and answers are lost. Name a server that takes them.",
            )
        else:
            yield True, ", ".join(servers)
        return
    if servers is None or not (lookup.records(domain, "A") or lookup.records(domain, "AAAA")):
        raise NoDomain
    yield False, f"is missing: bounces and answers go to the domain's own address. Add: {domain}. MX 10 mail.{domain}."


def _spf(domain: str, server: str, lookup: Lookup) -> Lines:
    records = [text for text in lookup.records(domain, "TXT") or [] if text.lower().split(" ")[0] == "v=spf1"]
    if not records:
        # RFC 7208: whoever sends for the domain is named, everybody else is refused.
        sends = f" a:{server}" if server else ""
        yield False, f'is missing: many servers refuse our letters. Add: {domain}. TXT "v=spf1 mx{sends} -all"'
    elif len(records) > 1:
        yield False, f"stands {len(records)} times, and then counts for nothing. Put them together into one."
    elif records[0].lower().split()[-1] in ("+all", "all", "?all"):
        yield False, f"lets everybody send for {domain}: {records[0]} – end it with -all."
    else:
        yield True, records[0]


def _dkim(domain: str, selector: str, key: str, lookup: Lookup) -> Lines:
    """Keys stand under names that only the mail server knows; without one it shows whether there are any (RFC 8020)."""
    if not selector:
        if lookup.records(f"_domainkey.{domain}", "TXT") is None:
            yield False, "is missing: there is no key. Let your mail server sign, and publish the key that it names."
        else:
            yield False, "may be there; ask with the selector of your mail server: dialogwerk doctor --dkim SELECTOR"
        return
    name = f"{selector}._domainkey.{domain}"
    which = "the record named above" if key else "the one that your mail server signs with"
    keys = [_tags(text) for text in lookup.records(name, "TXT") or []]
    keys = [tags for tags in keys if "p" in tags and tags.get("v", "DKIM1") == "DKIM1"]
    if not keys:
        yield (
            False,
            f"has no key at {name}. Publish {which}.",
        )
    elif not keys[0]["p"]:
        yield False, f"key at {name} is withdrawn (p= is empty). Publish {which}."
    elif key and keys[0]["p"] != key:
        yield False, f"key at {name} is another one than that of this installation. Publish {which}."
    else:
        yield True, f"key at {name}"


def _dmarc(domain: str, lookup: Lookup) -> Lines:
    """The policy of the domain, or of the one above it that has one."""
    labels = domain.split(".")
    for number in range(len(labels) - 1):
        name = "_dmarc." + ".".join(labels[number:])
        records = [tags for text in lookup.records(name, "TXT") or [] if (tags := _tags(text)).get("v") == "DMARC1"]
        if records:
            policy = records[0].get("sp" if number and "sp" in records[0] else "p", "none")
            yield True, f"p={policy} at {name}"
            if policy == "none":
                yield False, f"only watches. Once SPF and DKIM hold, say p=quarantine at {name}."
            return
    yield False, f'is missing: large providers ask for it. Add: _dmarc.{domain}. TXT "v=DMARC1; p=quarantine"'


def _tags(text: str) -> dict[str, str]:
    """tag=value pairs as DKIM and DMARC write them."""
    pairs = (part.partition("=") for part in text.split(";") if "=" in part)
    return {name.strip().lower(): "".join(value.split()) for name, _sign, value in pairs}

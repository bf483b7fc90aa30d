"""Background work: one workflow that delivers a letter, and one readable list of sweeps."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from dbos import DBOS
from sqlalchemy import delete
from sqlmodel import Session, col, select

from events import operations as events_operations
from feedback import sweeps as feedback_sweeps
from kit import clock, downloads, jobs
from kit.db import Database, ScopedSession, database, row_by_id, wide, within
from kit.journal import FormAnswer, Worker, outbox_frozen
from mail import imap
from mail import queries as letters
from mail.compose import Maker
from mail.delivery import Delivery
from mail.models import Letter
from mail.operations import DELIVER, enqueue_delivery
from network.models import Initiative
from registration.attachments import make_invitation, make_ticket
from registration.operations import access_needs, answers, mailings
from registration.operations import sweeps as registration_sweeps
from servicepoint import sweeps as servicepoint_sweeps
from subscription import sweeps as subscription_sweeps
from web import erasures, inbound, retention
from web.files import MAKERS as FILE_MAKERS

log = logging.getLogger("dialogwerk.worker")

MAKERS: dict[str, Maker] = {"ticket": make_ticket, "invitation": make_invitation}
STUCK_AFTER = timedelta(minutes=10)
KEEP_JOBS = timedelta(hours=1)
KEEP_FORM_KEYS = timedelta(days=30)

_delivery: Delivery | None = None
_lanes: dict[str, threading.Semaphore] = {}
# Sweeps of this process that failed when they ran last.
_failed: set[str] = set()


def sender_of(session: Session, initiative_id: str) -> tuple[str, str]:
    """Whose name a letter carries, and where answers go."""
    initiative = row_by_id(session, Initiative, initiative_id)
    return initiative.name, initiative.email


@DBOS.workflow(name=DELIVER)
def deliver_letter(initiative_id: str, letter_id: str, lane: str = jobs.LETTERS) -> str:
    """No step of its own: how far a letter came stands in its row, where the next one to run this reads it."""
    assert _delivery is not None
    with _lanes[lane]:
        return _delivery.deliver(initiative_id, letter_id)


@DBOS.workflow(name=downloads.MAKE)
def make_download(initiative_id: str, download_id: str) -> str:
    return make_file(initiative_id, download_id)


@DBOS.step(name="make_file")
def make_file(initiative_id: str, download_id: str) -> str:
    return downloads.make(database(), initiative_id, download_id, FILE_MAKERS)


# --- sweeps: each looks for what is due and may run twice without harm ---


def due_letters(data: Database, now: datetime) -> int:
    """Letters whose next attempt is due, and those that lost their job, get a new one."""
    with data.read(wide("sweep")) as session:
        if outbox_frozen(session):
            return 0
        rows = letters.letters_due(session, now=now, limit=500)
        rows += letters.letters_stuck(session, before=now - STUCK_AFTER, limit=500)
        due = [(row.initiative_id, row.id, row.enqueued) for row in rows]
    for initiative_id, letter_id, enqueued in due:

        def work(session: ScopedSession, letter_id: str = letter_id, enqueued: int = enqueued) -> None:
            letter = session.get(Letter, letter_id)
            if letter is not None and letter.enqueued == enqueued:
                enqueue_delivery(session, letter, now=now)

        data.transact(within(initiative_id), work, background=True)
    return len(due)


def close_past(data: Database, now: datetime) -> int:
    return int(
        data.transact(wide("sweep"), lambda session: events_operations.close_past(session, now=now), background=True)
        or 0
    )


QUICK: dict[str, Callable[[Database, datetime], int]] = {
    "end_holds": registration_sweeps.end_holds,
    "end_offers": registration_sweeps.end_offers,
    # An answer that lies ready is read before a place goes on.
    "read_inbound": inbound.read_inbound,
    "free_declined": answers.free_declined,
    "serve_lists": registration_sweeps.serve_lists,
    "end_lists": registration_sweeps.end_lists,
    "remind_of_offers": mailings.remind_of_offers,
    "due_letters": due_letters,
    "take_up_files": downloads.take_up,
}
LONG: dict[str, Callable[[Database, datetime], int]] = {
    "fetch_mail": imap.fetch,
    "announce_changes": registration_sweeps.announce_changes,
    "plan_reminders": mailings.plan_reminders,
    "plan_thanks": mailings.plan_thanks,
    "write_mailings": mailings.write_mailings,
    "close_past": close_past,
    "close_surveys": feedback_sweeps.close_due,
    "invite_to_surveys": feedback_sweeps.invite_due,
    "remind_of_surveys": feedback_sweeps.remind_due,
    "hear_declared": subscription_sweeps.hear_declared,
    "tell_news": subscription_sweeps.tell_news,
    "forget_files": downloads.forget_expired,
    "write_erasures": erasures.write_down,
}
NIGHTLY: dict[str, Callable[[Database, datetime], int]] = {
    "retention": retention.nightly,
    "shuffle_answers": feedback_sweeps.shuffle_all,
    "reseal": access_needs.reseal_all,
    "tell_of_post": servicepoint_sweeps.tell_of_post,
}


def run(sweeps: dict[str, Callable[[Database, datetime], int]]) -> int:
    """Runs each sweep; one that fails does not stop the others. Returns how much was done."""
    done = 0
    for name, sweep in sweeps.items():
        try:
            done += sweep(database(), clock.now())
            _failed.discard(name)
        except Exception:
            _failed.add(name)
            log.exception("sweep %s failed", name)
    return done


@DBOS.workflow(name="quick_sweeps")
def quick_sweeps(_at: Any = None, _context: Any = None) -> int:
    return quick_step()


@DBOS.step(name="quick")
def quick_step() -> int:
    reap()
    return run(QUICK)


@DBOS.workflow(name="long_sweeps")
def long_sweeps(_at: Any = None, _context: Any = None) -> int:
    return long_step()


@DBOS.step(name="long")
def long_step() -> int:
    return run(LONG)


@DBOS.workflow(name="nightly_sweeps")
def nightly_sweeps(_at: Any = None, _context: Any = None) -> int:
    return nightly_step()


@DBOS.step(name="nightly")
def nightly_step() -> int:
    tidy()
    return run(NIGHTLY)


@DBOS.workflow(name="tidy_jobs")
def tidy_jobs(_at: Any = None, _context: Any = None) -> int:
    return tidy_step()


@DBOS.step(name="tidy")
def tidy_step() -> int:
    return forget_finished_jobs()


SCHEDULES: dict[str, tuple[str, str, Callable[..., Any]]] = {
    "quick": ("*/10 * * * * *", jobs.MAINTENANCE, quick_sweeps),
    "long": ("*/10 * * * * *", jobs.LONG_WORK, long_sweeps),
    "nightly": ("0 17 3 * * *", jobs.LONG_WORK, nightly_sweeps),
    "tidy": ("0 */10 * * * *", jobs.MAINTENANCE, tidy_jobs),
}


def living(session: Session) -> set[str]:
    """The executors whose heart beats."""
    since = clock.wall_now() - timedelta(seconds=jobs.DEAD_AFTER_SECONDS)
    return set(session.exec(select(Worker.executor_id).where(col(Worker.seen_at) >= since)))


def reap() -> int:
    """Gives the unfinished work of dead processes to the living ones."""
    pending = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
    with database().read(wide("sweep")) as session:
        alive = living(session)
    orphans = [job for job in pending if job.executor_id not in alive]
    for job in orphans:
        DBOS.resume_workflow(job.workflow_id, queue_name=job.queue_name)
    return len(orphans)


def forget_finished_jobs() -> int:
    """The engine keeps finished jobs; our rows are the record, so they go after an hour."""
    before = (clock.wall_now() - KEEP_JOBS).isoformat()
    gone = 0
    while True:
        batch = DBOS.list_workflows(
            status=["SUCCESS", "ERROR", "CANCELLED"], end_time=before, limit=500, load_input=False, load_output=False
        )
        if not batch:
            return gone
        DBOS.delete_workflows([job.workflow_id for job in batch])
        gone += len(batch)


def tidy() -> None:
    """Form keys and dead workers that nobody asks for any more, and what SQLite's journal still holds."""

    def work(session: ScopedSession) -> None:
        connection = session.connection()
        connection.execute(delete(FormAnswer).where(col(FormAnswer.at) < clock.now() - KEEP_FORM_KEYS))
        connection.execute(delete(Worker).where(col(Worker.seen_at) < clock.wall_now() - timedelta(days=1)))

    database().transact(wide("sweep"), work, background=True)
    database().empty_journal()


def start(*, schedules: bool = True) -> jobs.Engine:
    """Starts the job engine of this process."""
    global _delivery
    engine = jobs.Engine()
    _lanes.update(engine.lanes)
    _delivery = Delivery(database(), executor_id=engine.executor_id, makers=MAKERS, sender_of=sender_of)
    engine.launch(SCHEDULES if schedules else {})
    return engine


def work_once(*, patience_seconds: float = 120.0) -> bool:
    """Does everything that is due now, deliveries included, through the same workflows. False when something is left:
    a sweep failed, or nothing went on for as long as patience lasts.
    """
    engine = start(schedules=False)
    try:
        # Started here, not enqueued: another worker's clock may be a different one.
        DBOS.start_workflow(nightly_sweeps).get_result(polling_interval_sec=0.05)
        # A sweep that failed for once, behind a locked database for example, gets two more rounds.
        for _round in range(3):
            done = 1
            while done:
                done = 0
                for workflow in (quick_sweeps, long_sweeps):
                    done += DBOS.start_workflow(workflow).get_result(polling_interval_sec=0.05)
                if not wait_for_jobs(patience_seconds):
                    return False
            if not _failed:
                return True
        return False
    finally:
        engine.stop()


def wait_for_jobs(patience_seconds: float) -> bool:
    """Waits until no letter is due and no file to be made any more. False when nothing went on for so long."""
    before: object = None
    deadline = 0.0
    while True:
        with database().read(wide("sweep")) as session:
            waiting = 0 if outbox_frozen(session) else letters.unfinished(session, now=clock.now())
            files, people = downloads.unfinished(session)
        if waiting == files == 0:
            return True
        if (waiting, files, people) != before:
            before, deadline = (waiting, files, people), time.monotonic() + patience_seconds
        elif time.monotonic() > deadline:
            return False
        time.sleep(0.2)
        reap()

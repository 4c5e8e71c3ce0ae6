"""How far a survey is, how fast it has been lately, and what is merged so far."""

import time
from collections import deque

from senet_viz.analysis.survey_progress import Progress
from senet_viz.analysis.survey_records import Survey
from senet_viz.surveys.shard_store import Running
from senet_viz.surveys.snapshots import snapshot

LATELY = 30.0  # seconds that a rate is taken over
SNAPSHOT_EVERY, SNAPSHOT_SHARE = 1.0, 0.05  # seconds, and the share of the time copies may take


class Watch:
    """Counts pictures while a survey runs; ``done`` are those of an earlier run."""

    def __init__(self, running: Running, *, done: int) -> None:
        self._running, self._done = running, done
        self._marks = deque([(time.monotonic(), done)])
        self._partial: Survey | None = None
        self._next_copy = 0.0
        self._copied = 0

    def add(self, pictures: int) -> None:
        """So many more are done and kept."""
        self._done += pictures

    def progress(self) -> Progress:
        """As of now, with the pictures of shards under way."""
        now, total = time.monotonic(), self._running.plan.pictures
        done = min(total, self._done + sum([*self._running.under_way.values()]))
        self._marks.append((now, done))
        while now - self._marks[0][0] > LATELY and len(self._marks) > 2:
            self._marks.popleft()
        since, first = self._marks[0]
        rate = (done - first) / (now - since) if done > first else 0.0
        return Progress(
            done=done,
            total=total,
            unreadable=len(self._running.failures),
            rate=rate,
            seconds_left=(total - done) / rate if rate else None,
            partial=self._latest(now),
        )

    def _latest(self, now: float) -> Survey | None:
        """Copying the moments of a thousand classes takes a while, so it is not done each time."""
        running = self._running
        if running.merged > self._copied and now >= self._next_copy:
            self._partial, self._copied = snapshot(running), running.merged
            took = time.monotonic() - now
            self._next_copy = now + max(SNAPSHOT_EVERY, took / SNAPSHOT_SHARE)
        return self._partial


def finished(survey: Survey) -> Progress:
    """Everything is done."""
    total = int(survey.count.sum()) + survey.unreadable
    return Progress(total, total, survey.unreadable, 0.0, 0.0, survey)

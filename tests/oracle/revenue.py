"""getSegmentRevenue."""

from collections import defaultdict

from model import EXCLUSIVE_FAMILIES, Erased, Event
from periods import instant_text
from question import Question
from rates import divide
from stays import COUNTED

UNATTRIBUTED = None  # the place of what has no segment


class Line:
    """Whole minor units."""

    def __init__(self):
        self.gross = self.refunded = self.purchases = self.refunds = 0
        self.buyers = set()

    def add(self, event: Event, amount: int):
        """`amount` is the line's share of the event; a share of 0 counts as an event too."""
        if event.is_refund():
            self.refunded += amount
            self.refunds += 1
        else:
            self.gross += amount
            self.purchases += 1
            self.buyers.add(event.user)

    def add_erased(self, gross: int, refunded: int):
        """Only sums are left; how many purchases and refunds they were is not."""
        self.gross += gross
        self.refunded += refunded

    def figures(self) -> dict:
        return {
            "gross": self.gross,
            "refunded": self.refunded,
            "net": self.gross + self.refunded,
            "purchases": self.purchases,
            "refunds": self.refunds,
            "buyers": len(self.buyers),
        }


class Credit:
    """Which segments an event is credited to, and with how much."""

    def __init__(self, question: Question, segments: list):
        params = question.params
        self.question, self.segments = question, segments
        self.model = params.get("model", "equal")
        self.basis = params.get("basis", "member")
        self.within = question.span("within")
        self.by_key = {(event.user, event.id): event for event in question.world.events}
        self.entries = defaultdict(list)
        if self.basis == "entered":
            for segment in segments:
                for entry in question.membership.entries(segment):
                    if entry.kind in COUNTED:
                        self.entries[segment, entry.person].append(entry.instant)

    def shares(self, event: Event) -> dict:
        """segment, or UNATTRIBUTED, → share; the shares of `equal` and `last` sum to the amount."""
        found = self._set(event)
        if not found:
            return {UNATTRIBUTED: event.amount}
        if self.model == "full":
            return dict.fromkeys(found, event.amount)
        if self.model == "last":
            return {self._last(found): event.amount}
        return split(event.amount, list(found))

    def _set(self, event: Event) -> dict:
        """Segment → when it was entered, in the order of segment ids."""
        origin = event
        if event.is_refund() and event.refund_of is not None:
            origin = self.by_key.get((event.user, event.refund_of), event)
        entered = {segment: self._entered(segment, origin) for segment in self.segments}
        return {segment: instant for segment, instant in entered.items() if instant is not None}

    def _entered(self, segment: str, event: Event):
        if self.basis == "member":
            stay = self.question.membership.stay_at(segment, event.user, event.instant)
            return stay.since if stay else None
        window = event.instant - self.within
        # e < x ≤ e + W
        return max((e for e in self.entries[segment, event.user] if window <= e < event.instant), default=None)

    def _last(self, found: dict) -> str:
        """Of those entered at one instant the least id, which comes first."""
        return max(found, key=found.get)


def split(amount: int, segments: list) -> dict:
    """|amount| = q·m + r; the first r get one more; the sign is put back."""
    sign = -1 if amount < 0 else 1
    share, rest = divmod(abs(amount), len(segments))
    return {segment: sign * (share + (place < rest)) for place, segment in enumerate(segments)}


class Table:
    """The lines of one currency and one stretch of time."""

    def __init__(self):
        self.total, self.unattributed, self.erased = Line(), Line(), Line()
        self.segments = defaultdict(Line)

    def add(self, event: Event, shares: dict):
        self.total.add(event, event.amount)
        for segment, amount in shares.items():
            line = self.unattributed if segment is UNATTRIBUTED else self.segments[segment]
            line.add(event, amount)

    def add_erased(self, row):
        for line in (self.total, self.erased):
            line.add_erased(row.gross, row.refunded)

    def figures(self, segments: list) -> dict:
        """Segments without any event have no line, as in section 15's example (USD)."""
        return {
            "total": self.total.figures(),
            "segments": [
                {"id": segment} | self.segments[segment].figures() for segment in segments if segment in self.segments
            ],
            "unattributed": self.unattributed.figures(),
            "erased": self.erased.figures(),
        }


def revenue(question: Question) -> dict:
    params = question.params
    segments = params.get("segments") or EXCLUSIVE_FAMILIES[params["family"]]
    segments = sorted(segments, key=question.world.rank)
    credit = Credit(question, segments)
    start, end = question.range
    periods = _periods(question)
    question.note_history(segments, start, end)
    sums = sums_to_total(credit)
    if not sums:
        question.note("overlapping")
    figures = {"model": credit.model, "basis": credit.basis}
    if params.get("within"):
        figures["within"] = params["within"]
    figures["currencies"] = _currencies(question, credit, periods)
    figures["sumsToTotal"] = sums
    return question.answer(figures, about=segments, with_range=True)


def sums_to_total(credit: Credit) -> bool:
    """By `entered` even an exclusive family overlaps: one may enter two within the window."""
    if credit.model != "full" or len(credit.segments) == 1:
        return True
    families = {segment.partition(":")[0] for segment in credit.segments}
    return credit.basis == "member" and len(families) == 1 and families <= EXCLUSIVE_FAMILIES.keys()


def _periods(question: Question) -> list:
    by = question.params.get("by", "none")
    if by == "none":
        return []
    periods = question.calendar.periods(*question.range, by)
    question.note_incomplete(periods)
    return periods


def _currencies(question: Question, credit: Credit, periods: list) -> list:
    whole = _tables(question, credit, *question.range)
    parts = [(period, _tables(question, credit, *_clipped(question, period))) for period in periods]
    averages = {segment: _member_time(question, segment) for segment in credit.segments}
    answers = []
    for currency in sorted(whole):
        figures = {"currency": currency} | whole[currency].figures(credit.segments)
        for line in figures["segments"]:
            line["perMemberMinor"] = _per_member(line["net"], *averages[line["id"]])
        if question.params.get("by", "none") != "none":
            figures["periods"] = [_period(question, period, tables, currency, credit) for period, tables in parts]
        answers.append(figures)
    return answers


def _clipped(question: Question, period) -> tuple:
    return max(period.start, question.range[0]), min(period.end, question.range[1])


def _period(question: Question, period, tables: dict, currency: str, credit: Credit) -> dict:
    answer = {"start": instant_text(period.start), "complete": question.is_complete(period)}
    return answer | tables.get(currency, Table()).figures(credit.segments)


def _tables(question: Question, credit: Credit, start: int, end: int) -> dict:
    """currency → Table of [start, end). Amounts of two currencies never meet."""
    tables = defaultdict(Table)
    for event in question.world.events:
        if event.amount is not None and start <= event.instant < end:
            tables[event.currency].add(event, credit.shares(event))
    for row in question.world.erased_sums:
        if start <= row.day < end:
            tables[row.currency].add_erased(row)
    return tables


def _member_time(question: Question, segment: str) -> tuple[int, int]:
    """(time of members, time) of the range, from historyFrom on; erased ones are left out."""
    start, end = question.range
    begins = question.world.history_from(segment)
    start = end if begins is None else max(start, begins)
    stays = question.membership.of(segment)
    spent = (
        stay.time_in(start, end) for person, found in stays.items() if not isinstance(person, Erased) for stay in found
    )
    return sum(spent), max(0, end - start)


def _per_member(net: int, member_time: int, time: int):
    """Net ÷ (member-time ÷ time); null if there were no members."""
    return divide(net * time, member_time) if member_time else None


def member_value(question: Question, segment: str) -> list:
    """Net per member: all of what members spent, whatever else they were in."""
    credit = Credit(question, [segment])
    time = _member_time(question, segment)
    answers = []
    for currency, table in sorted(_tables(question, credit, *question.range).items()):
        if segment not in table.segments:
            continue
        net = table.segments[segment].figures()["net"]
        answers.append({"currency": currency, "netMinor": net, "perMemberMinor": _per_member(net, *time)})
    return answers

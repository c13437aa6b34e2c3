"""Page 1: are couples served? What they would notice, and nothing else."""

from deploy.dashboards.panel import Bounds, Headline, Line, Panel
from deploy.dashboards.promql import CHECKINS, number, of_workers, or_zero, quantile, rate

_REQUESTS = "checkin_http_requests_total{" + CHECKINS + "}"
_ACCEPTED = "checkin_http_requests_total{" + CHECKINS + ',code="202"}'
_REFUSED = "checkin_http_requests_total{" + CHECKINS + ',code=~"4.."}'
_FAILED = "checkin_http_requests_total{" + CHECKINS + ',code=~"5.."}'
_SECONDS = "checkin_http_seconds_bucket{" + CHECKINS + "}"
_AGES = of_workers("event_to_state_seconds_bucket")
_JUDGED = "streaks_timer_lateness_seconds_count"
_IN_TIME = 'streaks_timer_lateness_seconds_bucket{le="10.0"}'
_HELD = "notifier_nudges_held_total"
_DROPPED = "notifier_nudges_dropped_total"
_ATTEMPTS = 'notifier_deliveries_total{outcome!="skipped"}'
_FAILED_ATTEMPTS = 'notifier_deliveries_total{outcome=~"failed|refused"}'

SERVED: tuple[Panel, ...] = (
    Panel(
        key="checkins",
        page="served",
        title="Check-ins",
        unit="per_second",
        lines=(
            Line(rate(_ACCEPTED), "accepted"),
            Line(or_zero(rate(_REFUSED), "checkin"), "refused (4xx)"),
            Line(or_zero(rate(_FAILED), "checkin"), "failed (5xx)", bad=True),
        ),
        headline=Headline(rate(_ACCEPTED), "per_second", "accepted now"),
        meaning="Accepted: in Kafka. Refused: the request was wrong, or one too many. Failed: our fault.",
        quiet="The first check-in will show here.",
    ),
    Panel(
        key="failed",
        page="served",
        title="Failed check-ins",
        unit="share",
        lines=(Line(f"{or_zero(rate(_FAILED), 'checkin')} / {rate(_REQUESTS)}", "failed", bad=True),),
        headline=Headline(
            f"{or_zero(number(_FAILED), 'checkin')} / {number(_REQUESTS)}",
            "share",
            "of the check-ins in {range}",
            Bounds(0.001, 0.0144),
        ),
        meaning="The objective is 99.9 %: one of a thousand may fail. A refusal (4xx) is no failure.",
        quiet="Nobody has checked in during this time.",
    ),
    Panel(
        key="accept_latency",
        page="served",
        title="Time to accept a check-in",
        unit="seconds",
        lines=(
            Line(quantile(0.5, _SECONDS), "half of them"),
            Line(quantile(0.95, _SECONDS), "95 of 100"),
            Line(quantile(0.99, _SECONDS), "99 of 100"),
        ),
        headline=Headline(
            quantile(0.99, _SECONDS, "$range"),
            "seconds",
            "or less for 99 of 100 in {range}",
            Bounds(0.25, 1),
        ),
        meaning="From request to answer, which waits for the broker. The objective: 250 ms for 99 of 100.",
        quiet="Nobody has checked in during this time.",
    ),
    Panel(
        key="event_to_state",
        page="served",
        title="From event to state",
        unit="seconds",
        lines=(Line(quantile(0.99, _AGES, by="service"), "{service}"),),
        headline=Headline(
            f"max({quantile(0.99, _AGES, '$range', 'service')})",
            "seconds",
            "or less for 99 of 100 commits in {range}, the slowest service",
            Bounds(2, 15),
        ),
        meaning="How old the oldest record of a commit is as it is committed: so long one waits to see it.",
        quiet="Nothing has been folded during this time.",
    ),
    Panel(
        key="judged_late",
        page="served",
        title="Days judged late",
        unit="per_second",
        lines=(
            Line(rate(_IN_TIME), "in time"),
            Line(f"{rate(_JUDGED)} - {rate(_IN_TIME)}", "late", bad=True),
        ),
        headline=Headline(
            f"{number(_JUDGED)} - {number(_IN_TIME)}", "count", "judged late in {range}", Bounds(1, 10)
        ),
        meaning=(
            "What time alone brings: a streak that breaks at the close of a day, a day at risk, a lapse. "
            "Late is more than 10 s after the instant; 5 s are meant."
        ),
        quiet="No day has closed with something to say yet.",
    ),
    Panel(
        key="nudges",
        page="served",
        title="Nudges",
        unit="per_second",
        lines=(
            Line(rate("notifier_nudges_sent_total"), "sent"),
            Line(or_zero(rate(_HELD), "notifier"), "held"),
            Line(or_zero(rate(_DROPPED), "notifier"), "dropped"),
            Line(rate("notifier_deliveries_given_up_total"), "given up", bad=True),
        ),
        headline=Headline(number("notifier_nudges_sent_total"), "count", "sent in {range}"),
        meaning="Sent: into the inbox. Given up: no attempt worked; the inbox has it all the same.",
        quiet="The notifier has not been heard of.",
    ),
    Panel(
        key="rules",
        page="served",
        title="Held or dropped, by rule",
        unit="per_second",
        lines=(
            Line(rate(_HELD, by="rule"), "held: {rule}"),
            Line(rate(_DROPPED, by="rule"), "dropped: {rule}"),
        ),
        headline=Headline(
            f"{or_zero(number(_HELD), 'notifier')} + {or_zero(number(_DROPPED), 'notifier')}",
            "count",
            "decisions not to send in {range}",
        ),
        meaning="The promise at work: quiet hours, caps, wishes, what is no longer true. Not a fault.",
        quiet="No rule has held anything back yet.",
    ),
    Panel(
        key="lapses",
        page="served",
        title="Lapses open",
        unit="count",
        lines=(Line("sum(streaks_lapses_open)", "open"),),
        headline=Headline("sum(streaks_lapses_open)", "count", "couples whose quality time is overdue"),
        meaning="By each couple's own measure. A jump for many at once is a fault of ours, not of theirs.",
        quiet="Streaks has not been heard of.",
    ),
    Panel(
        key="deliveries",
        page="served",
        title="Deliveries by channel",
        unit="per_second",
        lines=(
            Line(rate('notifier_deliveries_total{outcome="delivered"}', by="channel"), "{channel} delivered"),
            Line(
                rate('notifier_deliveries_total{outcome!="delivered"}', by="channel, outcome"),
                "{channel} {outcome}",
                bad=True,
            ),
        ),
        headline=Headline(
            f"{number(_FAILED_ATTEMPTS)} / {number(_ATTEMPTS)}",
            "share",
            "of the attempts in {range} failed",
            Bounds(0.1, 0.5),
        ),
        meaning="Attempts. Failed: may be tried again. Refused: for good. Skipped: its turn came too late.",
        quiet="Nobody's channel has been used during this time.",
    ),
)

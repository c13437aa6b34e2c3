"""Page 2: why not? The causes, from the processes inwards."""

from deploy.dashboards.panel import Bounds, Headline, Line, Panel
from deploy.dashboards.promql import WORKERS, number, of_all, of_workers, peak, quantile, rate

_LAG = of_workers("shard_watermark_lag_seconds")
_POSITION = of_workers("shard_next_offset")
_LAG_BOUNDS = Bounds(5, 15)
_COMMITS = of_workers("commits_total")
_MOVED = of_workers("commits_total", 'reply="MOVED"')
_LATENESS = "streaks_timer_lateness_seconds_bucket"
_REPLACED = of_all("producer_replacements_total")
_POISON = of_workers("events_total", 'outcome="poison"')
_SERVICES = 4

WHY: tuple[Panel, ...] = (
    Panel(
        key="up",
        page="why",
        title="Services that answer",
        unit="count",
        lines=(Line('sum by (service) (min_over_time(up{job="attune"}[$window]))', "{service}"),),
        headline=Headline(
            'sum(max by (service) (up{job="attune"}))',
            "count",
            f"of {_SERVICES} services",
            Bounds(_SERVICES, _SERVICES, falling=True),
        ),
        meaning="Processes of each service that Prometheus could scrape.",
        quiet="Prometheus scrapes nothing: are there targets?",
    ),
    Panel(
        key="lag",
        page="why",
        title="How old the states are",
        unit="seconds",
        lines=(Line(f"max by (service) ({peak(_LAG)})", "{service}"),),
        headline=Headline(f"max({_LAG})", "seconds", "the oldest shard now", _LAG_BOUNDS),
        meaning="Seconds since a shard had read its log to the end. From 5 s on some answers are 503.",
        quiet="No shard has been caught up yet.",
    ),
    Panel(
        key="paused",
        page="why",
        title="Paused partitions",
        unit="count",
        lines=(Line(f"sum by (service) ({peak(of_workers('shard_paused'))})", "{service}", bad=True),),
        headline=Headline(f"sum({of_workers('shard_paused')})", "count", "paused now", Bounds(1, 1)),
        meaning="A paused partition waits for an operator; /readyz and attune ops doctor say why.",
        quiet="No service owns a shard.",
    ),
    Panel(
        key="shards",
        page="why",
        title="Each shard",
        unit="seconds",
        lines=(Line(f"max by (service, shard) ({_LAG})", "{service} {shard}"),),
        headline=Headline(
            f"{len(WORKERS)} * max(count by (service) (count by (service, shard) ({_POSITION})))"
            f" - (count(max by (service, shard) ({_LAG}) < {_LAG_BOUNDS.watch:g}) or vector(0))",
            "count",
            "shards are behind, or have no owner",
            Bounds(1, 3),
        ),
        meaning="The same for each shard. A dash: it has never read to the end, or nobody owns it.",
        quiet="No shard has been caught up yet.",
        view="shards",
        of_lines=_LAG_BOUNDS,
    ),
    Panel(
        key="commits",
        page="why",
        title="Commits by reply",
        unit="per_second",
        lines=(
            Line(rate(of_workers("commits_total", 'reply="OK"'), by="service"), "{service} OK"),
            Line(
                rate(of_workers("commits_total", 'reply!="OK"'), by="service, reply") + " > 0",
                "{service} {reply}",
                bad=True,
            ),
        ),
        headline=Headline(
            f"({number(_MOVED)} or 0 * {number(_COMMITS)}) / {number(_COMMITS)}",
            "share",
            "of the commits in {range} met another owner (MOVED)",
            Bounds(0.01, 0.2),
        ),
        meaning="OK: stored. DUP: it was stored already. MOVED: another owner came, or Redis went back.",
        quiet="Nothing has been committed during this time.",
    ),
    Panel(
        key="outbox",
        page="why",
        title="Outbox depth",
        unit="count",
        lines=(Line(f"max by (service) ({peak(of_workers('outbox_depth'))})", "{service}"),),
        headline=Headline(f"sum({of_workers('outbox_depth')})", "count", "entries wait for Kafka now"),
        meaning="Outputs that are stored and not yet acknowledged; the lines show the fullest shard.",
        quiet="No service owns a shard.",
    ),
    Panel(
        key="outbox_oldest",
        page="why",
        title="Oldest entry of an outbox",
        unit="seconds",
        lines=(Line(f"max by (service) ({peak(of_workers('outbox_oldest_seconds'))})", "{service}"),),
        headline=Headline(
            f"max({of_workers('outbox_oldest_seconds')})", "seconds", "has the oldest waited", Bounds(10, 60)
        ),
        meaning="While it waits, its shard folds nothing more. It grows when Kafka does not acknowledge.",
        quiet="No service owns a shard.",
    ),
    Panel(
        key="lateness",
        page="why",
        title="Lateness of time.passed",
        unit="seconds",
        lines=(
            Line(quantile(0.5, _LATENESS), "half of them"),
            Line(quantile(0.99, _LATENESS), "99 of 100"),
        ),
        headline=Headline(
            quantile(0.99, _LATENESS, "$range"), "seconds", "or less for 99 of 100 in {range}", Bounds(10, 60)
        ),
        meaning="From the instant at which a day closes or a lapse opens to its commit. 5 s of it are meant.",
        quiet="Nothing has fallen due during this time.",
    ),
    Panel(
        key="producers",
        page="why",
        title="Producers replaced",
        unit="per_second",
        lines=(Line(rate(_REPLACED, by="service"), "{service}", bad=True),),
        headline=Headline(
            f'{number(_REPLACED)} or 0 * max(up{{job="attune"}} == 1)', "count", "in {range}", Bounds(1, 10)
        ),
        meaning="A producer that did not come back after a stall of Kafka, and was replaced.",
        quiet="None was replaced.",
    ),
    Panel(
        key="dead_letters",
        page="why",
        title="Dead letters",
        unit="per_second",
        lines=(Line(rate(_POISON, by="service"), "{service}", bad=True),),
        headline=Headline(number(_POISON), "count", "in {range}", Bounds(1, 20)),
        meaning="Records that could not be read, set aside by each service that met them.",
        quiet="No service has been heard of.",
    ),
    Panel(
        key="redis",
        page="why",
        title="Redis memory",
        unit="share",
        lines=(Line("max(checkin_redis_memory_share)", "used"),),
        headline=Headline(
            "max(checkin_redis_memory_share)",
            "share",
            "of maxmemory is used",
            Bounds(0.85, 0.95),
        ),
        meaning="The fullest primary. At 95 % checkin answers 503 to what writes, before the folds are hurt.",
        quiet="checkin has not been heard of.",
    ),
    Panel(
        key="left_alone",
        page="why",
        title="Endpoints left alone",
        unit="count",
        lines=(Line(f"sum({peak('notifier_breaker_open')})", "left alone", bad=True),),
        headline=Headline("sum(notifier_breaker_open)", "count", "endpoints rest after failures in a row"),
        meaning="After five failures in a row for 30 s, then longer each time, up to an hour. Others go on.",
        quiet="The notifier has not been heard of.",
    ),
    Panel(
        key="faults",
        page="why",
        title="Channels at fault",
        unit="count",
        lines=(Line("max by (channel) (notifier_channel_fault)", "{channel}", bad=True),),
        headline=Headline(
            'max(notifier_channel_fault) or 0 * max(up{job="attune"} == 1)',
            "count",
            "of the site's own means to send cannot be used",
            Bounds(1, 1),
        ),
        meaning="The mail server: not reached, or it refuses the password or the sender. /readyz says which.",
        quiet="This site sends no mail.",
    ),
    Panel(
        key="overdue",
        page="why",
        title="Nudges due and waiting",
        unit="seconds",
        lines=(Line(f"max({peak('notifier_oldest_due_seconds')})", "the oldest"),),
        headline=Headline(
            "max(notifier_oldest_due_seconds)", "seconds", "has the oldest waited", Bounds(60, 300)
        ),
        meaning="For a view to be caught up, or a free place. Waiting for an endpoint at rest is apart.",
        quiet="The notifier has not been heard of.",
    ),
)

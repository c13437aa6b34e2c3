"""The one list of panels. The pages and Grafana's dashboards are made from it; every expression is tested."""

from deploy.dashboards.panel import Panel
from deploy.dashboards.served import SERVED
from deploy.dashboards.why import WHY

PANELS: tuple[Panel, ...] = (*SERVED, *WHY)

"""Metrics for operators: log lines from which CloudWatch creates metrics (EMF)."""

from aws_lambda_powertools.metrics import MetricUnit, single_metric


def count(name: str, value: int = 1, **dimensions: str) -> None:
    """Add to a count; the metric's sample count is the number of calls."""
    _emit(name, MetricUnit.Count, value, dimensions)


def seconds(name: str, value: float, **dimensions: str) -> None:
    """Record a duration."""
    _emit(name, MetricUnit.Seconds, value, dimensions)


def _emit(name: str, unit: MetricUnit, value: float, dimensions: dict[str, str]) -> None:
    with single_metric(name=name, unit=unit, value=value) as metric:
        for key, text in dimensions.items():
            metric.add_dimension(key, text)

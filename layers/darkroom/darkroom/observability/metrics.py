"""What operators count: lines of the log from which CloudWatch makes metrics."""

from aws_lambda_powertools.metrics import MetricUnit, single_metric


def count(name: str, value: int = 1, **dimensions: str) -> None:
    """So many of something; the number of such calls is in the metric's sample count."""
    _put(name, MetricUnit.Count, value, dimensions)


def seconds(name: str, value: float, **dimensions: str) -> None:
    """How long something took."""
    _put(name, MetricUnit.Seconds, value, dimensions)


def _put(name: str, unit: MetricUnit, value: float, dimensions: dict[str, str]) -> None:
    with single_metric(name=name, unit=unit, value=value) as metric:
        for key, text in dimensions.items():
            metric.add_dimension(key, text)

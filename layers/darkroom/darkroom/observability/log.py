"""The one logger of a function: structured, with the request id on every line."""

from aws_lambda_powertools import Logger

logger = Logger()

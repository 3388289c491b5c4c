"""Secrets: SSM SecureStrings whose names are settings."""

from darkroom.errors import ConfigurationError

CACHE_SECONDS = 300


def secret(name: str) -> str:
    """The decrypted parameter, cached for `CACHE_SECONDS`. Raises `ConfigurationError`."""
    # Loading boto3 takes as long as loading pynamodb, and most requests need no secret.
    from aws_lambda_powertools.utilities import parameters

    try:
        return str(parameters.get_parameter(name, decrypt=True, max_age=CACHE_SECONDS))
    except parameters.GetParameterError as error:
        raise ConfigurationError(f"Cannot read the parameter {name}") from error

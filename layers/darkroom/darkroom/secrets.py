"""Secrets: SSM SecureStrings named by settings, fetched on first use."""

from darkroom.errors import ConfigurationError

CACHE_SECONDS = 300


def secret(name: str) -> str:
    """The decrypted parameter, cached for five minutes. Raises `ConfigurationError`."""
    # Loading boto3 costs a cold start as much as pynamodb does, and most calls need no secret.
    from aws_lambda_powertools.utilities import parameters

    try:
        return str(parameters.get_parameter(name, decrypt=True, max_age=CACHE_SECONDS))
    except parameters.GetParameterError as error:
        raise ConfigurationError(f"The parameter {name} cannot be read") from error

"""The parameters of a job's prompt, as its row stores them."""

from pynamodb.attributes import MapAttribute, NumberAttribute, UnicodeAttribute


class Inputs(MapAttribute[str, str | int | float]):
    """All parameters of a job's prompt: sizes in pixels, the seed that is used."""

    prompt = UnicodeAttribute()
    negative_prompt = UnicodeAttribute()
    width = NumberAttribute()
    height = NumberAttribute()
    steps = NumberAttribute()
    cfg_scale = NumberAttribute()
    seed = NumberAttribute()
    count = NumberAttribute()
    checkpoint = UnicodeAttribute()
    sampler_name = UnicodeAttribute()
    scheduler = UnicodeAttribute()

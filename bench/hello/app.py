"""The smallest function of its kind, to compare with."""

from fastapi import FastAPI
from mangum import Mangum

app = FastAPI()


@app.get("/")
def hello() -> dict[str, str]:
    return {"message": "hello world"}


handler = Mangum(app, lifespan="off")

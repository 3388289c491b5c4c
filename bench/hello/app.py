"""The smallest function with FastAPI and Mangum: the reference for Darkroom's functions."""

from fastapi import FastAPI
from mangum import Mangum

app = FastAPI()


@app.get("/")
def hello() -> dict[str, str]:
    return {"message": "hello world"}


handler = Mangum(app, lifespan="off")

"""Facts of the grid plugin. Other files import from here, never from the submodules."""

from civicnet_grid.models.grid import Grid, GridKind
from civicnet_grid.models.post import Absence, Duty, Post, PostKind
from civicnet_grid.models.worker import Sex, Worker, WorkerSeries

__all__ = [
    "Absence",
    "Duty",
    "Grid",
    "GridKind",
    "Post",
    "PostKind",
    "Sex",
    "Worker",
    "WorkerSeries",
]

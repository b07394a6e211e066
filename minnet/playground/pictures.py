"""The pictures of racers, by what kind of problem they are of."""

from minnet.playground.curve_view import CurvePicture
from minnet.playground.picture import Picture
from minnet.playground.plane_view import PlanePicture

PICTURES: dict[str, type[Picture]] = {"plane": PlanePicture, "curve": CurvePicture}

"""The pictures of racers, by what kind of problem they are of."""

from minnet.playground.curve_view import CurvePicture
from minnet.playground.digits_view import DigitsPicture
from minnet.playground.picture import Picture
from minnet.playground.plane_view import PlanePicture, SurfacePicture
from minnet.playground.series_view import SeriesPicture
from minnet.playground.slope_view import SlopePicture

PICTURES: dict[str, type[Picture]] = {
    "plane": PlanePicture,
    "surface": SurfacePicture,
    "curve": CurvePicture,
    "slope": SlopePicture,
    "digits": DigitsPicture,
    "series": SeriesPicture,
}

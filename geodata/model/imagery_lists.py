"""Words of imagery: bands, indices, what two dates say of a parcel, and why they cannot tell."""

from __future__ import annotations

from geodata.model.codelist import Codelist, Tone


class Band(Codelist):
    """A band of a scene, by what it shows."""

    BLUE = ("blue", "蓝", "blue")
    GREEN = ("green", "绿", "green")
    RED = ("red", "红", "red")
    NIR = ("nir", "近红外", "near infrared")
    SWIR1 = ("swir1", "短波红外1", "short-wave infrared 1")
    SWIR2 = ("swir2", "短波红外2", "short-wave infrared 2")


class SpectralIndex(Codelist):
    """A normalised difference of bands, -1 to 1."""

    NDVI = ("ndvi", "植被指数", "vegetation (NDVI)")
    NDBI = ("ndbi", "建筑指数", "built-up land (NDBI)")
    BSI = ("bsi", "裸土指数", "bare soil (BSI)")
    NDWI = ("ndwi", "水体指数", "water (NDWI)")


class ChangeClass(Codelist):
    """What two scenes say of a parcel; evidence for a patrol, never a verdict."""

    CHANGED = ("changed", "影像有变化", "changed", Tone.SHORTFALL)
    UNCHANGED = ("unchanged", "影像无变化", "unchanged", Tone.NEUTRAL)
    CANNOT_TELL = ("cannot_tell", "影像无法判断", "cannot tell", Tone.UNKNOWN)


class Doubt(Codelist):
    """Why two scenes cannot tell."""

    OUTSIDE = ("outside", "宗地未被影像完整覆盖", "the scenes do not cover the parcel")
    CLOUD = ("cloud", "云或无效像元过多", "too much cloud or missing data")
    FEW_PIXELS = ("few_pixels", "像元过少", "too few pixels")
    SEASON = ("season", "两期季节相差过大", "the seasons are too far apart")
    REGISTRATION = ("registration", "两期配准存疑", "the scenes may not lie on each other")
    BETWEEN = ("between", "变化幅度处于两可之间", "the change lies between both")


class ImageryNote(Codelist):
    """What imagery holds against what is reported: a reason to send a patrol, never a status."""

    START_DOUBTFUL = (
        *("start_doubtful", "报告已开工，但前后影像无变化"),
        *("reported as started, but unchanged on imagery", Tone.DUE_SOON),
    )
    USE_UNREPORTED = (
        *("use_unreported", "报告未动工，但影像有变化"),
        *("reported unused, but changed on imagery", Tone.DUE_SOON),
    )

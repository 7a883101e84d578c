"""OGC API - Features and Tiles: what QGIS, GDAL and scripts read."""

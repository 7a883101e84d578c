"""A drawing and a map made by hand: all that the readers of DXF and KML have to meet."""

from __future__ import annotations

from pathlib import Path

CORNERS = [(0, 0), (20, 0), (20, 10), (0, 10)]


def light(layer: str, points: list[tuple[float, float]], *, closed: bool) -> str:
    head = f"0\nLWPOLYLINE\n8\n{layer}\n100\nAcDbEntity\n100\nAcDbPolyline\n90\n{len(points)}\n"
    return f"{head}70\n{int(closed)}\n" + "".join(f"10\n{x}\n20\n{y}\n" for x, y in points)


def heavy(layer: str, points: list[tuple[float, float]], *, closed: bool) -> str:
    vertices = "".join(f"0\nVERTEX\n8\n{layer}\n10\n{x}\n20\n{y}\n30\n0\n" for x, y in points)
    return f"0\nPOLYLINE\n8\n{layer}\n66\n1\n70\n{int(closed)}\n{vertices}0\nSEQEND\n8\n0\n"


ENTITIES = (
    light("宗地", CORNERS, closed=True)
    + light("宗地", CORNERS, closed=False)
    + light("绿地", [*CORNERS, CORNERS[0]], closed=False)
    + heavy("老图", CORNERS, closed=True)
    + "0\nTEXT\n8\n注记\n10\n5\n20\n5\n40\n2\n1\n甲地块\n"
)


def drawing(
    path: Path, entities: str = ENTITIES, encoding: str = "gbk", page: str = "ANSI_936"
) -> Path:
    header = "999\nmade by hand\n0\nSECTION\n2\nHEADER\n9\n$ACADVER\n1\nAC1015\n"
    header += f"9\n$DWGCODEPAGE\n3\n{page}\n" if page else ""
    body = f"0\nENDSEC\n0\nSECTION\n2\nENTITIES\n{entities}0\nENDSEC\n0\nEOF\n"
    path.write_bytes((header + body).encode(encoding))
    return path


KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>金山</name>
<Folder><name>宗地</name>
<Placemark><name>甲</name><description>&lt;b&gt;x&lt;/b&gt;</description><ExtendedData>
<Data name="合同编号"><value>7</value></Data>
<SchemaData><SimpleData name="面积(亩)">3.5</SimpleData></SchemaData></ExtendedData>
<Polygon><outerBoundaryIs><LinearRing><coordinates>
121.30,30.70,0 121.31,30.70,0 121.31,30.71,0 121.30,30.71,0 121.30,30.70,0
</coordinates></LinearRing></outerBoundaryIs><innerBoundaryIs><LinearRing><coordinates>
121.302,30.702 121.304,30.702 121.304,30.704 121.302,30.702
</coordinates></LinearRing></innerBoundaryIs></Polygon></Placemark>
</Folder>
<Folder><name>道路</name>
<Placemark><name>乙</name><LineString><coordinates>121.3,30.7 121.4, 30.7</coordinates>
</LineString></Placemark>
<Placemark><MultiGeometry>
<Polygon><outerBoundaryIs><LinearRing><coordinates>1,1 2,1 2,2 1,1</coordinates></LinearRing>
</outerBoundaryIs></Polygon>
<Polygon><outerBoundaryIs><LinearRing><coordinates>3,1 4,1 4,2 3,1</coordinates></LinearRing>
</outerBoundaryIs></Polygon>
</MultiGeometry></Placemark>
<Placemark><name>丁</name></Placemark>
<Placemark><name>戊</name><Point><coordinates>here</coordinates></Point></Placemark>
</Folder></Document></kml>"""

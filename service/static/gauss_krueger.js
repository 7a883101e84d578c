/* CGCS2000 longitude and latitude on the plane of their 3-degree zone, in which land is measured. */
"use strict";

const GaussKrueger = (() => {
  const AXIS_M = 6_378_137;
  const FLATTENING = 1 / 298.257222101;
  const FALSE_EASTING_M = 500_000;
  const N = FLATTENING / (2 - FLATTENING);
  const RADIUS_M = (AXIS_M / (1 + N)) * (1 + N ** 2 / 4 + N ** 4 / 64);
  const SERIES = [
    N / 2 - (2 * N ** 2) / 3 + (5 * N ** 3) / 16 + (41 * N ** 4) / 180,
    (13 * N ** 2) / 48 - (3 * N ** 3) / 5 + (557 * N ** 4) / 1440,
    (61 * N ** 3) / 240 - (103 * N ** 4) / 140,
    (49561 * N ** 4) / 161280,
  ];
  const ECCENTRICITY = (2 * Math.sqrt(N)) / (1 + N);
  const radians = (degrees) => (degrees * Math.PI) / 180;

  /* The meridian in the middle of the zone a longitude lies in. */
  const meridian = (lon) => 3 * Math.floor((lon + 1.5) / 3);

  /* East and north in metres, without zone number. */
  function project(lon, lat, middle = meridian(lon)) {
    const sine = Math.sin(radians(lat));
    const away = radians(lon - middle);
    const t = Math.sinh(Math.atanh(sine) - ECCENTRICITY * Math.atanh(ECCENTRICITY * sine));
    const xi = Math.atan2(t, Math.cos(away));
    const eta = Math.atanh(Math.sin(away) / Math.hypot(1, t));
    let [north, east] = [xi, eta];
    SERIES.forEach((factor, at) => {
      const turn = 2 * (at + 1);
      north += factor * Math.sin(turn * xi) * Math.cosh(turn * eta);
      east += factor * Math.cos(turn * xi) * Math.sinh(turn * eta);
    });
    return { east: FALSE_EASTING_M + RADIUS_M * east, north: RADIUS_M * north };
  }

  /* Length of a line and area of the ring it makes when closed, in metres and square metres. */
  function measure(places) {
    const middle = places.length ? meridian(places[0].lng) : 0;
    const points = places.map(({ lng, lat }) => project(lng, lat, middle));
    let [length, doubled] = [0, 0];
    points.forEach((point, at) => {
      const next = points[(at + 1) % points.length];
      if (at + 1 < points.length) length += Math.hypot(next.east - point.east, next.north - point.north);
      doubled += (next.north + point.north) * (next.east - point.east);
    });
    return { length, area: Math.abs(doubled) / 2 };
  }

  return { meridian, project, measure };
})();

/** The world as ECharts draws it, in a file of its own so that it loads with the first map only. Countries are called by their ISO 3166-1 alpha-2 code. */
import { MapChart } from 'echarts/charts';
import { TooltipComponent, VisualMapComponent } from 'echarts/components';
import { init, registerMap, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import atlas from 'world-atlas/countries-110m.json';

use([MapChart, TooltipComponent, VisualMapComponent, SVGRenderer]);

let isRegistered = false;

export function initWorld(element: HTMLElement) {
  if (!isRegistered) registerMap('world', world());
  isRegistered = true;
  return init(element, null, { renderer: 'svg' });
}

function world(): Parameters<typeof registerMap>[1] {
  const topology = atlas as unknown as Topology<{ countries: GeometryCollection }>;
  const shapes = feature(topology, topology.objects.countries);
  const features = shapes.features
    // Nobody lives there, and it would take a third of the height.
    .filter(({ id }) => String(id) !== '010')
    .map((one) => ({ ...one, geometry: unbroken(one.geometry), properties: { code: codeOf(String(one.id)) } }));
  return { ...shapes, features } as unknown as Parameters<typeof registerMap>[1];
}

type Ring = number[][];

/** A shape over the 180th meridian goes on eastwards instead of across the whole map. */
function unbroken<G extends { type: string }>(geometry: G): G {
  if (!('coordinates' in geometry) || !Array.isArray(geometry.coordinates)) return geometry;
  const ring = (points: Ring): Ring => {
    const lengths = points.map(([x = 0]) => x);
    if (Math.max(...lengths) - Math.min(...lengths) <= 180) return points;
    return points.map(([x = 0, ...rest]) => [x < 0 ? x + 360 : x, ...rest]);
  };
  const polygon = (rings: Ring[]): Ring[] => rings.map(ring);
  const coordinates =
    geometry.type === 'Polygon'
      ? polygon(geometry.coordinates)
      : geometry.coordinates.map((one: Ring[]) => polygon(one));
  return { ...geometry, coordinates };
}

/** The two letters of a country's ISO 3166-1 number: Unicode's canonical form of a region given as digits. */
function codeOf(number: string): string {
  return /^\d{3}$/.test(number) ? (new Intl.Locale(`und-${number}`).region ?? '') : '';
}

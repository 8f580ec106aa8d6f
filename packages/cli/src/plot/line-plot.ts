import { MissingPeerError } from '@sluice/core';

/** A line of a plot: points in the order in which they are joined. */
export interface PlotLine {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** What stands around the lines. */
export interface PlotWords {
  readonly title: string;
  readonly x: string;
  readonly y: string;
}

const [WIDTH, HEIGHT] = [640, 420];
const LEGEND_WIDTH = 240;

/**
 * Draws lines as SVG; both axes go from 0 to 1.
 *
 * @throws {MissingPeerError} vega and vega-lite are not installed
 */
export async function drawLines(lines: readonly PlotLine[], { title, x, y }: PlotWords): Promise<string> {
  const { vega, vegaLite } = await importVega();
  const values = lines.flatMap(({ name, points }) => points.map((point, order) => ({ name, order, ...point })));
  const axis = (field: 'x' | 'y', words: string) => ({
    ...{ field, type: 'quantitative' as const, title: words },
    scale: { domain: [0, 1] },
  });
  const { spec } = vegaLite.compile({
    background: 'white',
    ...{ title: { text: title, anchor: 'start' }, width: WIDTH, height: HEIGHT, data: { values } },
    mark: { type: 'line', strokeWidth: 1.5 },
    encoding: {
      x: axis('x', x),
      y: axis('y', y),
      color: { field: 'name', type: 'nominal', sort: null, title: null, legend: { labelLimit: LEGEND_WIDTH } },
      order: { field: 'order', type: 'quantitative' },
    },
  });
  return new vega.View(vega.parse(spec), { renderer: 'none' }).toSVG();
}

/** Whether plots can be drawn; asked before the work that they show. */
export async function expectPlots(): Promise<void> {
  await importVega();
}

async function importVega(): Promise<{
  vega: Pick<typeof import('vega'), 'View' | 'parse'>;
  vegaLite: Pick<typeof import('vega-lite'), 'compile'>;
}> {
  try {
    const [vega, vegaLite] = await Promise.all([import('vega'), import('vega-lite')]);
    return { vega, vegaLite };
  } catch (cause) {
    const peer = 'vega vega-lite';
    throw new MissingPeerError({ peer, purpose: 'Drawing a plot', alternative: 'leave --plot out', cause });
  }
}

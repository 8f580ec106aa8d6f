import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import * as vega from 'vega';
import { compile } from 'vega-lite';

const FONT = 'DejaVu Sans';
const fonts = dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json'));
const [WIDTH, HEIGHT, SCALE] = [640, 420, 2];
const LEAST_RECALL = 0.8;
const LEGEND_WIDTH = 260;

/**
 * Draws recall against queries a second as a PNG: up and to the right is better.
 *
 * @param {readonly { index: string, recall: number, queriesPerSecond: number }[]} points
 * @param {{ title: string, subtitle: string }} words
 */
export async function plotCurves(file, points, { title, subtitle }) {
  const { spec } = compile({
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    background: 'white',
    config: { font: FONT },
    title: { text: title, subtitle, anchor: 'start' },
    width: WIDTH,
    height: HEIGHT,
    data: { values: points.filter(({ recall }) => recall >= LEAST_RECALL) },
    mark: { type: 'line', point: { size: 24 }, strokeWidth: 1.5 },
    encoding: {
      x: { field: 'recall', type: 'quantitative', scale: { domain: [LEAST_RECALL, 1] }, title: 'recall@10' },
      y: { field: 'queriesPerSecond', type: 'quantitative', scale: { type: 'log' }, title: 'queries a second' },
      color: {
        ...{ field: 'index', type: 'nominal', sort: null, title: null },
        ...{ scale: { scheme: 'tableau20' }, legend: { labelLimit: LEGEND_WIDTH } },
      },
      order: { field: 'recall' },
    },
  });
  const svg = await new vega.View(vega.parse(spec), { renderer: 'none' }).toSVG();
  const font = { loadSystemFonts: false, fontDirs: [`${fonts}/ttf`], defaultFontFamily: FONT };
  const picture = new Resvg(svg, { font, fitTo: { mode: 'zoom', value: SCALE } });
  await writeFile(file, picture.render().asPng());
}

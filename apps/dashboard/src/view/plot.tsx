/** A uPlot chart in the colours of the page; it follows its width, its data and the theme. */
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { theme } from '../state/theme.ts';
import { clockTime } from '../state/words.ts';

/** One line of a chart. */
export interface Line {
  readonly label: string;
  /** A custom property of the style sheet. */
  readonly colour: string;
  /** Bars from zero instead of a line. */
  readonly bars?: boolean;
}

/** A chart. */
export interface PlotProps {
  readonly data: uPlot.AlignedData;
  readonly lines: readonly Line[];
  readonly height: number;
  readonly label: string;
  /** The horizontal axis is time, in seconds. */
  readonly time?: boolean;
  readonly xLabel?: string;
  /** Vertical marks, on the horizontal axis. */
  readonly marks?: readonly number[];
}

/** The chart; what it shows is said in words beside it. */
export function Plot(props: PlotProps): VNode {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const shape = `${theme.value} ${props.lines.map(({ label }) => label).join('\n')}`;
  // A chart is made anew when its lines or the theme change; data alone is set.
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const made = new uPlot(optionsFor(element, latest), latest.current.data, element);
    plot.current = made;
    const observer = new ResizeObserver(() => {
      made.setSize({ width: element.clientWidth, height: latest.current.height });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [shape]);
  useEffect(() => {
    plot.current?.setData(props.data);
  }, [props.data]);
  return <div ref={box} class="plot" role="img" aria-label={props.label} />;
}

function optionsFor(element: HTMLElement, latest: { readonly current: PlotProps }): uPlot.Options {
  const colour = (name: string): string => resolve(element, `var(${name})`);
  const { lines, height, time = false, xLabel = '' } = latest.current;
  const bars = lines[0]?.bars === true;
  const axis: uPlot.Axis = {
    stroke: colour('--quiet'),
    font: '11px system-ui, sans-serif',
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width: Math.max(80, element.clientWidth),
    height,
    padding: [8, 6, 0, 0],
    legend: { show: lines.length > 1, live: false },
    cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
    scales: bars
      ? { x: { time, range: withRoom }, y: { range: fromZero } }
      : { x: { time }, y: {} },
    axes: [
      {
        ...axis,
        size: 26,
        gap: 4,
        grid: { show: false },
        ...(time ? { values: hours, space: 84 } : {}),
      },
      { ...axis, size: 44, gap: 4 },
    ],
    series: [{ label: xLabel }, ...lines.map((line) => lineOf(line, colour))],
    hooks: { draw: [(plot) => drawMarks(plot, latest.current.marks ?? [], colour('--amber'))] },
  };
}

/** Hours, minutes and seconds, without the date that uPlot would add in a second line. */
const hours = (_: uPlot, times: readonly number[]): string[] =>
  times.map((seconds) => clockTime(seconds * 1000).slice(0, 8));

/** The first and the last bar are as wide as the others. */
const withRoom = (_: uPlot, first: number, last: number): [number, number] => [
  first - 0.6,
  last + 0.6,
];

/** Bars stand on zero, and there is a scale even when all of them are. */
const fromZero = (_: uPlot, __: number, highest: number): [number, number] => [
  0,
  Math.max(1, highest) * 1.08,
];

function lineOf(
  { label, colour: name, bars }: Line,
  colour: (name: string) => string,
): uPlot.Series {
  const stroke = colour(name);
  const paths = bars === true ? uPlot.paths.bars?.({ size: [0.7, 6] }) : undefined;
  return {
    label,
    stroke,
    width: bars === true ? 0 : 1.5,
    spanGaps: true,
    points: { show: false },
    ...(bars === true ? { fill: stroke } : {}),
    ...(paths === undefined ? {} : { paths }),
  };
}

function drawMarks(plot: uPlot, marks: readonly number[], stroke: string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = stroke;
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  for (const mark of marks) {
    const x = Math.round(plot.valToPos(mark, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
  }
  ctx.stroke();
  ctx.restore();
}

/** A canvas knows no custom properties: the browser resolves them on an element. */
function resolve(element: HTMLElement, value: string): string {
  const probe = document.createElement('i');
  probe.style.color = value;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

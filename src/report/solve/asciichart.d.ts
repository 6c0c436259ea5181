/** asciichart brings no types; this is what we use of it. */
declare module 'asciichart' {
  interface PlotOptions {
    readonly min?: number;
    readonly max?: number;
    /** Rows less one. */
    readonly height?: number;
    /** Columns left of the first value. */
    readonly offset?: number;
    /** Of a row, from the top: its label, or ''. */
    readonly format?: (value: number, index: number) => string;
    /** Cross, axis, two ends, line, corners, upright. */
    readonly symbols?: readonly string[];
  }
  const asciichart: { plot(series: readonly number[], options?: PlotOptions): string };
  export default asciichart;
}

import { describe, expect, it } from 'vitest';
import { createStreams } from '../../src/kernel/index.ts';
import { Host } from '../../src/network/host.ts';
import { Latencies } from '../../src/network/latencies.ts';
import { Link } from '../../src/network/link.ts';
import type { LinkSpec } from '../../src/network/index.ts';

const spec = (toUs: number): LinkSpec => ({ latency: { kind: 'uniform', fromUs: 1, toUs }, bytesPerS: 0, lossPpm: 0, socketBufferBytes: 65_536 });

/** So many links from one host to others; `draw(i)` is the next latency of the i-th. */
function links(count: number) {
  const streams = createStreams('7');
  const latencies = new Latencies(streams);
  const from = new Host(0, 'here', '10.0.0.1');
  const all = Array.from({ length: count }, (_, i) => new Link(i, from, new Host(i + 1, `host-${i}`, `10.0.1.${i}`), spec(1_000_000), streams));
  for (const link of all) latencies.begin(link);
  return { all, latencies, draw: (i: number) => latencies.drawUs({ constantUs: -1, row: all[i]!.row, link: all[i]! }) };
}

describe('latencies', () => {
  it('of a link are the same whatever happens on others', () => {
    const alone = links(200);
    const among = links(200);
    const expected = Array.from({ length: 50 }, () => alone.draw(137));
    const got: number[] = [];
    for (let n = 0; n < 50; n++) {
      for (let i = 0; i < 200; i++) {
        const us = among.draw(i);
        if (i === 137) got.push(us);
      }
    }
    expect(got).toEqual(expected);
    expect(new Set(got).size).toBeGreaterThan(40);
  });

  it('are drawn from another distribution at once when the link has another', () => {
    const { all, latencies, draw } = links(1);
    draw(0);
    all[0]!.setSpec(spec(3));
    latencies.begin(all[0]!);
    for (let n = 0; n < 30; n++) expect(draw(0)).toBeLessThanOrEqual(3);
  });

  it('that are constant are never drawn', () => {
    const { all, latencies } = links(1);
    const [link] = all;
    expect(latencies.drawUs({ constantUs: 250, row: link!.row, link: link! })).toBe(250);
    expect(latencies.takeUs(link!.row)).toBe(-1); // nothing was drawn ahead
  });
});

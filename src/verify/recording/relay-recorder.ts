/** Listens to the relays of a run and keeps one record per connection, in the order in which they were opened. */
import { assert } from '../../assert.ts';
import { type ConnectionRecord, recordConnection } from './connection-record.ts';
import type { RelayTap } from './tap.ts';

export interface RelayRecorder extends RelayTap {
  /** By link, in the order of first use. */
  readonly links: ReadonlyMap<string, readonly ConnectionRecord[]>;
}

export function createRelayRecorder(): RelayRecorder {
  const links = new Map<string, ConnectionRecord[]>();
  const byNumber = new Map<string, ConnectionRecord>();

  const find = (link: string, connection: number): ConnectionRecord => {
    const record = byNumber.get(`${link}#${connection}`);
    assert(record !== undefined, `connection ${connection} of ${link} was not opened`);
    return record;
  };

  return {
    links,
    opened(link, connection, atUs) {
      assert(!byNumber.has(`${link}#${connection}`), `connection ${connection} of ${link} was opened twice`);
      const record = recordConnection(atUs);
      byNumber.set(`${link}#${connection}`, record);
      const list = links.get(link);
      if (list === undefined) links.set(link, [record]);
      else list.push(record);
    },
    forwarded(link, connection, direction, piece) {
      find(link, connection).forwarded(direction, piece);
    },
    closed(link, connection, by, atUs) {
      const record = find(link, connection);
      if (record.closedBy !== null) return;
      record.closedBy = by;
      record.closeUs = atUs;
    },
  };
}

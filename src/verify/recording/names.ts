/**
 * Addresses become server names, as in recordings: there every server and every proxy was on 127.0.0.1, told apart
 * by ports, and a port is written as the name of the server it leads to: `127.0.0.1:<m>`.
 */

export interface Address {
  /** Server that it leads to, itself or through its proxy. */
  readonly node: string;
  readonly host: string;
  readonly port: number;
}

export interface Names {
  /** `<m>`, or the port as it is when nobody known listens there. */
  port(host: string, port: number): string | number;
  /** Every address in a text. */
  inText(text: string): string;
}

export function createNames(addresses: readonly Address[]): Names {
  const byAddress = new Map(addresses.map(({ node, host, port }) => [`${host}:${port}`, node]));
  return {
    port(host, port) {
      const node = byAddress.get(`${host}:${port}`);
      return node === undefined ? port : `<${node}>`;
    },
    inText(text) {
      return text.replace(/\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?/g, (address) => {
        const node = byAddress.get(address);
        return node === undefined ? address.replace(/^[^:]+/, '127.0.0.1') : `127.0.0.1:<${node}>`;
      });
    },
  };
}

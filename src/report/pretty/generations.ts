/** Versions of the server in few words, so that those who do alike share a line. */

/** `redis-7.2` as 7.2, `valkey-8.0` as Valkey 8.0. */
export function shortName(server: string): string {
  return server.replace(/^redis-/, '').replace(/^valkey-/, 'Valkey ');
}

/** Those of a list, eldest first, that are marked: `up to 6.0`, `2.8–6.2, 7.4`, `since 7.0`. */
export function whoAre(servers: readonly string[], marked: readonly boolean[]): string {
  const last = servers.length - 1;
  const parts: string[] = [];
  for (let i = 0; i <= last; i++) {
    if (marked[i] !== true) continue;
    let end = i;
    while (marked[end + 1] === true) end++;
    const [first, final] = [shortName(servers[i]!), shortName(servers[end]!)];
    parts.push(i === end ? first : i === 0 && end === last ? 'all' : i === 0 ? `up to ${final}` : end === last ? `since ${first}` : `${first}–${final}`);
    i = end;
  }
  return parts.join(', ');
}

/** The files of the project, as texts. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Texts by path; paths start at the project's root and have forward slashes: `src/kernel/queue.ts`. */
export type Texts = Readonly<Record<string, string>>;

export const ROOT: string = resolve(import.meta.dirname, '..');

/** Reads all files below the folders whose names end so. */
export function readTexts(folders: readonly string[], ending: RegExp): Texts {
  const texts: Record<string, string> = {};
  for (const folder of folders) {
    for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })) {
      const file = join(entry.parentPath, entry.name);
      const path = file.slice(ROOT.length + 1).replaceAll('\\', '/');
      if (entry.isFile() && ending.test(path)) texts[path] = readFileSync(file, 'utf8');
    }
  }
  return texts;
}

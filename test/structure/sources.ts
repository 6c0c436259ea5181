/**
 * Source files as the structure tests look at them: parsed by the TypeScript compiler, so that a
 * word in a comment, a string or a type never counts as a call.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';
import ts from 'typescript';

/** Texts by path; paths start at the project's root and have forward slashes: `src/kernel/queue.ts`. */
export type Texts = Readonly<Record<string, string>>;

export interface Import {
  /** As written: `../assert.ts`, `yaml`. */
  readonly specifier: string;
  /** Path of the file meant, when the specifier is relative; undefined for a package. */
  readonly target: string | undefined;
  /** Leaves nothing behind at run time. */
  readonly typeOnly: boolean;
  readonly line: number;
}

export interface Source {
  readonly path: string;
  readonly ast: ts.SourceFile;
  readonly imports: readonly Import[];
  /** Whether this identifier means something of the machine, not of this file or its imports. */
  isGlobal(identifier: ts.Identifier): boolean;
  /** `path:line`, to be clicked. */
  placeOf(node: ts.Node): string;
}

export const ROOT: string = resolve(import.meta.dirname, '../..');

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

/** Parses and binds; resolves nothing outside each file, so it is quick, and works on texts made up for a test. */
export function parse(texts: Texts): Source[] {
  const options: ts.CompilerOptions = {
    noLib: true,
    noResolve: true,
    types: [],
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.ESNext,
    moduleDetection: ts.ModuleDetectionKind.Force,
  };
  const asts = new Map(
    Object.entries(texts).map(([path, text]) => [
      path,
      ts.createSourceFile(path, text, { languageVersion: ts.ScriptTarget.ESNext }, true),
    ]),
  );
  const host: ts.CompilerHost = {
    ...ts.createCompilerHost(options),
    getSourceFile: (path) => asts.get(path),
    fileExists: (path) => asts.has(path),
    readFile: (path) => texts[path],
    getCurrentDirectory: () => '',
  };
  const program = ts.createProgram([...asts.keys()], options, host);
  const checker = program.getTypeChecker();

  return [...asts].map(([path, ast]) => ({
    path,
    ast,
    imports: importsOf(path, ast),
    // What is declared nowhere here, comes from outside (`globalThis` has a symbol, but no declaration).
    isGlobal: (identifier) => !checker.getSymbolAtLocation(identifier)?.declarations?.length,
    placeOf: (node) => `${path}:${lineOf(ast, node)}`,
  }));
}

/** Visits every node below, the node itself first. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => {
    walk(child, visit);
  });
}

function importsOf(path: string, ast: ts.SourceFile): Import[] {
  const imports: Import[] = [];
  walk(ast, (node) => {
    const found = importIn(node);
    if (found === undefined) return;
    const { specifier, typeOnly } = found;
    const target = specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : undefined;
    imports.push({ specifier, target, typeOnly, line: lineOf(ast, node) });
  });
  return imports;
}

/** `import … from`, `export … from`, `import()`, `require()` and `import('…')` as a type. */
function importIn(node: ts.Node): { specifier: string; typeOnly: boolean } | undefined {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    const typeOnly = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
    return { specifier: node.moduleSpecifier.text, typeOnly };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined && ts.isStringLiteral(node.moduleSpecifier)) {
    return { specifier: node.moduleSpecifier.text, typeOnly: node.isTypeOnly };
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal)) {
    return { specifier: node.argument.literal.text, typeOnly: true };
  }
  if (ts.isCallExpression(node)) {
    const [argument] = node.arguments;
    const loads =
      node.expression.kind === ts.SyntaxKind.ImportKeyword ||
      (ts.isIdentifier(node.expression) && node.expression.text === 'require');
    if (loads && argument !== undefined && ts.isStringLiteralLike(argument)) {
      return { specifier: argument.text, typeOnly: false };
    }
  }
  return undefined;
}

function lineOf(ast: ts.SourceFile, node: ts.Node): number {
  return ast.getLineAndCharacterOfPosition(node.getStart(ast)).line + 1;
}

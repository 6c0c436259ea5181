/**
 * Source files as the structure tests look at them: parsed by the TypeScript compiler, so that a
 * word in a comment, a string or a type never counts as a call.
 */
import { posix } from 'node:path';
import ts from 'typescript';
import { readTexts, type Texts } from '../texts.ts';

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

/** All of src/: read and parsed once, for all who look at it. */
export function sourceTree(): readonly Source[] {
  tree ??= parse(readTexts(['src'], /\.tsx?$/));
  return tree;
}

let tree: readonly Source[] | null = null;

/** Parses; resolves nothing outside each file, so it is quick, and works on texts made up for a test. */
export function parse(texts: Texts): Source[] {
  const asts = new Map(
    Object.entries(texts).map(([path, text]) => [
      path,
      ts.createSourceFile(path, text, { languageVersion: ts.ScriptTarget.ESNext, jsDocParsingMode: ts.JSDocParsingMode.ParseNone }, true),
    ]),
  );
  let checker: ts.TypeChecker | null = null;

  return [...asts].map(([path, ast]) => ({
    path,
    ast,
    imports: importsOf(path, ast),
    // What is declared nowhere here, comes from outside (`globalThis` has a symbol, but no declaration).
    isGlobal: (identifier) => {
      checker ??= checkerOf(texts, asts);
      return !checker.getSymbolAtLocation(identifier)?.declarations?.length;
    },
    placeOf: (node) => `${path}:${lineOf(ast, node)}`,
  }));
}

/** Who knows what a name means. Binds all files, which takes as long as to parse them. */
function checkerOf(texts: Texts, asts: ReadonlyMap<string, ts.SourceFile>): ts.TypeChecker {
  const options: ts.CompilerOptions = {
    noLib: true,
    noResolve: true,
    types: [],
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.ESNext,
    moduleDetection: ts.ModuleDetectionKind.Force,
  };
  const host: ts.CompilerHost = {
    ...ts.createCompilerHost(options),
    getSourceFile: (path) => asts.get(path),
    fileExists: (path) => asts.has(path),
    readFile: (path) => texts[path],
    getCurrentDirectory: () => '',
  };
  return ts.createProgram([...asts.keys()], options, host).getTypeChecker();
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

/** YAML read so that every value keeps its place: an error about it can say line and column. */
import { type ErrorCode, type Limit, MidstreamError, messageOf } from '@midstream/core';
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  type Pair,
  Parser,
  parseDocument,
  type Scalar,
} from 'yaml';
import { type Problem, showPath } from './problems.ts';

/** How a file is read and how its errors are named. */
export interface YamlFileOptions {
  readonly code: Extract<ErrorCode, 'policy/invalid' | 'config/invalid'>;
  /** What it is, as in "Cannot use the policy". */
  readonly what: string;
  readonly limit: Limit;
}

/** A place in a file, counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

const SHOWN_PROBLEMS = 20;
/** Deeper nesting is refused: composing a document recurses, and the stack has an end. */
const MAX_DEPTH = 100;
const OWN_PLACE = /^Formula at line \d+, column \d+: /;

/** One YAML document. */
export class YamlFile {
  /** The plain value. */
  readonly value: unknown;
  readonly #source: string;
  readonly #options: YamlFileOptions;
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter = new LineCounter();

  /** Throws the options' code for text that is no YAML document, with its place. */
  constructor(source: string, options: YamlFileOptions) {
    this.#source = source;
    this.#options = options;
    if (source.length > options.limit.value) {
      throw this.#error({ line: 1, column: 1 }, [], tooLong(source.length, options.limit));
    }
    if (isDeep(source)) {
      throw this.#error({ line: 1, column: 1 }, [], `It is nested deeper than ${MAX_DEPTH}`);
    }
    this.#document = parseDocument(source, { lineCounter: this.#lines, prettyErrors: false });
    const [first] = this.#document.errors;
    if (first !== undefined) {
      throw this.#error(this.#place(first.pos[0]), [], `This is no YAML: ${first.message}`, first);
    }
    try {
      this.value = this.#document.toJS({ maxAliasCount: 100 });
    } catch (thrown) {
      const message = `This is no YAML that can be used: ${messageOf(thrown)}`;
      throw this.#error({ line: 1, column: 1 }, [], message, thrown);
    }
  }

  /** The error about one value or key. */
  problem(problem: Problem, cause?: unknown): MidstreamError {
    return this.#error(this.#placeOf(problem), problem.path, problem.message, cause);
  }

  /**
   * The error about several; the message is of one, the details tell all. A key that is not known
   * comes first, since it is often the reason why another is missing; then the order is that of the
   * file.
   */
  problems(problems: readonly Problem[]): MidstreamError {
    const placed = problems
      .map((problem) => ({ ...problem, ...this.#placeOf(problem) }))
      .sort((a, b) => unknownFirst(a, b) || a.line - b.line || a.column - b.column);
    const [first] = placed;
    if (first === undefined) return this.problem({ path: [], message: 'It is not valid' });
    const all = placed.slice(0, SHOWN_PROBLEMS).map(({ line, column, path, message }) => ({
      line,
      column,
      path: showPath(path),
      message,
    }));
    const more = placed.length > 1 ? ` (and ${placed.length - 1} more)` : '';
    return this.#error(first, first.path, `${first.message}${more}`, undefined, { problems: all });
  }

  /** The error about a unit inside of a text, `offset` counted from the text's beginning. */
  problemInside(problem: Problem, offset: number, cause?: unknown): MidstreamError {
    const node = this.#find(problem.path).node;
    const start = this.#placeOf(problem);
    const inside = isScalar(node) ? this.#inside(node, offset) : undefined;
    // Where the place in the file is exact, the place in the text is not repeated.
    const message = inside === undefined ? problem.message : problem.message.replace(OWN_PLACE, '');
    const place = inside === undefined ? start : this.#place(inside);
    return this.#error(place, problem.path, message, cause, { offset });
  }

  /** The offset in the file of a unit of a text, where the text stands in the file as it is. */
  #inside(node: Scalar, offset: number): number | undefined {
    const value = String(node.value);
    const from = node.range?.[0] ?? 0;
    const quoted = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE';
    const at = quoted ? from + 1 : from;
    return this.#source.startsWith(value, at) ? at + offset : undefined;
  }

  #error(
    place: Place,
    path: readonly (string | number)[],
    message: string,
    cause?: unknown,
    more: Readonly<Record<string, unknown>> = {},
  ): MidstreamError {
    const { line, column } = place;
    const where = path.length === 0 ? '' : `, ${showPath(path)}`;
    const details = { line, column, path: showPath(path), ...more };
    return new MidstreamError(
      this.#options.code,
      `Cannot use ${this.#options.what}: line ${line}, column ${column}${where}: ${message}`,
      { details, ...(cause === undefined ? {} : { cause }) },
    );
  }

  #place(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }

  #placeOf({ path, key }: Problem): Place {
    const { node, keyNode } = this.#find(path);
    const at = key === undefined ? node : (keyNode ?? node);
    return this.#place(at?.range?.[0] ?? 0);
  }

  /** The node at a path, or the nearest one around it. */
  #find(path: readonly (string | number)[]): { node: Node | null; keyNode: Node | null } {
    let node: Node | null = this.#document.contents;
    let keyNode: Node | null = null;
    for (const part of path) {
      const around: Node | null = isAlias(node) ? (node.resolve(this.#document) ?? node) : node;
      if (isMap(around)) {
        const pair = (around.items as Pair<Node, Node | null>[]).find(
          ({ key }) => isScalar(key) && String(key.value) === String(part),
        );
        if (pair === undefined) break;
        keyNode = pair.key;
        node = pair.value ?? pair.key;
      } else if (isSeq(around)) {
        const item = around.items[Number(part)] as Node | undefined;
        if (item === undefined) break;
        node = item;
      } else break;
    }
    return { node, keyNode };
  }
}

const unknownFirst = (a: Problem, b: Problem): number =>
  Number(a.key === undefined) - Number(b.key === undefined);

const tooLong = (length: number, { value, unit }: Limit): string =>
  `It has ${length} characters: at most ${value} ${unit} are read`;

/** Whether a text is nested beyond the limit, found without recursion. */
function isDeep(source: string): boolean {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(source)) {
    for (const _token of parser.next(lexeme));
    if (parser.stack.length > MAX_DEPTH) return true;
  }
  return false;
}

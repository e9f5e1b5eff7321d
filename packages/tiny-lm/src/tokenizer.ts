/**
 * The tokenizer of a Llama-style vocabulary: byte-pair merging in the order of scores, with one
 * token for each byte to fall back on, so every text has an encoding.
 *
 * Text is cut into lines at "\n" and lines into words at " ". Each word is encoded with a leading
 * "▁" (U+2581), which stands for the space before it; the first word of a line has the mark too,
 * without a space. A newline is the byte token of "\n", an empty line has no token of its own.
 * Within a word the adjacent pair that forms the token of the highest score is merged first, the
 * leftmost of equals, until no pair forms a token. What then is no token is spelled in UTF-8 bytes,
 * as is a literal "▁" in the text. Text that looks like a control token ("<s>") is plain text.
 *
 * Normalisation: none, except that a lone surrogate, which UTF-8 cannot hold, becomes U+FFFD. Hence
 * decode(encode(s)) equals s for every well-formed s, tabs, runs of spaces and emoji included.
 *
 * Cost: O(n log n) in the longest word. The merge rule is SentencePiece's: Kudo and Richardson
 * (2018), "SentencePiece: A simple and language independent subword tokenizer"; byte pairs after
 * Sennrich, Haddow and Birch (2016), "Neural Machine Translation of Rare Words with Subword Units".
 * Example: encode("The whale") is [1, 357, 808], of which 1 marks the beginning.
 */
import { corruptModel, type GgufFile, type GgufValue } from './gguf.ts';
import { mergePairs } from './merge.ts';
import { StreamDecoder } from './stream-decoder.ts';

const SPACE_MARK = '\u2581';
const NORMAL = 1;
const UNKNOWN = 2;
const BYTE = 6;
const NEWLINE = 0x0a;
const REPLACEMENT = '\ufffd';
const UTF8 = new TextEncoder();

/** Encodes text to token ids and tells the bytes of each. */
export class Tokenizer {
  /** The token that begins every prompt. */
  readonly begin: number;
  /** The token by which the model says that the text ends. */
  readonly end: number;
  readonly size: number;
  /** The most UTF-16 units of text one token can stand for. */
  readonly longest: number;
  readonly #bytes: readonly Uint8Array[];
  readonly #marked: readonly boolean[];
  readonly #ids: ReadonlyMap<string, number>;
  readonly #scores: readonly number[];
  readonly #byteIds: readonly number[];
  readonly #newline: number;

  constructor(file: Pick<GgufFile, 'metadata'>) {
    const vocabulary = readVocabulary(file.metadata);
    const { tokens, types } = vocabulary;
    this.size = tokens.length;
    this.begin = vocabulary.begin;
    this.end = vocabulary.end;
    this.#scores = vocabulary.scores;
    this.#ids = new Map(
      tokens.flatMap((token, id): [string, number][] =>
        types[id] === NORMAL ? [[token, id]] : [],
      ),
    );
    this.#byteIds = byteTokens(tokens, types);
    this.#newline = this.#byteIds[NEWLINE] ?? 0;
    const byteOf = new Map(this.#byteIds.map((id, byte) => [id, byte]));
    this.#bytes = tokens.map((token, id) => {
      const byte = byteOf.get(id);
      if (byte !== undefined) return Uint8Array.of(byte);
      if (types[id] === UNKNOWN) return UTF8.encode(REPLACEMENT);
      return types[id] === NORMAL
        ? UTF8.encode(token.replaceAll(SPACE_MARK, ' '))
        : new Uint8Array();
    });
    this.#marked = tokens.map((token, id) => types[id] === NORMAL && token.startsWith(SPACE_MARK));
    this.longest = tokens.reduce((most, token) => Math.max(most, token.length), 1);
  }

  /** The token ids of a text, the beginning token first. */
  encode(text: string): number[] {
    const ids = [this.begin];
    for (const [index, line] of text.split('\n').entries()) {
      if (index > 0) ids.push(this.#newline);
      if (line === '') continue;
      for (const word of line.split(' ')) this.#encodeWord(word, ids);
    }
    return ids;
  }

  /** The text of token ids; control tokens are empty, and bytes that are not UTF-8 give U+FFFD. */
  decode(ids: readonly number[]): string {
    const decoder = new StreamDecoder(this);
    return ids.map((id) => decoder.push(id)).join('') + decoder.flush();
  }

  /** The bytes a token stands for in the middle of a line. */
  bytesOf(id: number): Uint8Array {
    return this.#bytes[id] ?? new Uint8Array();
  }

  /** Whether the token begins with the mark of a space, which the start of a line swallows. */
  isMarked(id: number): boolean {
    return this.#marked[id] ?? false;
  }

  /** A literal mark in the text must not read as a space, so it is spelled in bytes. */
  #encodeWord(word: string, ids: number[]): void {
    for (const [index, part] of word.split(SPACE_MARK).entries()) {
      if (index > 0) this.#encodeBytes(SPACE_MARK, ids);
      const pieces = index === 0 ? [SPACE_MARK, ...part] : [...part];
      for (const piece of mergePairs(pieces, this.#scoreOf)) {
        const id = this.#ids.get(piece);
        if (id !== undefined) ids.push(id);
        else this.#encodeBytes(piece, ids);
      }
    }
  }

  #encodeBytes(piece: string, ids: number[]): void {
    for (const byte of UTF8.encode(piece)) ids.push(this.#byteIds[byte] as number);
  }

  readonly #scoreOf = (piece: string): number | undefined => {
    const id = this.#ids.get(piece);
    return id === undefined ? undefined : this.#scores[id];
  };
}

interface Vocabulary {
  readonly tokens: readonly string[];
  readonly scores: readonly number[];
  readonly types: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function readVocabulary(metadata: ReadonlyMap<string, GgufValue>): Vocabulary {
  const list = <T extends string | number>(
    key: string,
    type: 'string' | 'number',
  ): readonly T[] => {
    const values = metadata.get(`tokenizer.ggml.${key}`);
    if (Array.isArray(values) && values.every((value) => typeof value === type)) {
      return values as readonly T[];
    }
    throw corruptModel(`tokenizer.ggml.${key} is missing or not a list of ${type}s`);
  };
  const tokens = list<string>('tokens', 'string');
  const scores = list<number>('scores', 'number');
  const types = list<number>('token_type', 'number');
  if (scores.length !== tokens.length || types.length !== tokens.length) {
    throw corruptModel(
      `${tokens.length} tokens with ${scores.length} scores and ${types.length} types given: ` +
        'as many of each wanted',
    );
  }
  if (!tokens.some((token, id) => token === SPACE_MARK && types[id] === NORMAL)) {
    throw corruptModel(`The vocabulary lacks the token "${SPACE_MARK}" of a space`);
  }
  const special = (key: string): number => {
    const id = metadata.get(`tokenizer.ggml.${key}`);
    if (typeof id === 'number' && tokens[id] !== undefined) return id;
    throw corruptModel(`tokenizer.ggml.${key} is ${String(id)}: a token id wanted`);
  };
  const [begin, end] = [special('bos_token_id'), special('eos_token_id')];
  return { tokens, scores, types, begin, end };
}

/** The id of each byte's token, by byte. */
function byteTokens(tokens: readonly string[], types: readonly number[]): readonly number[] {
  const ids = new Map<string, number>();
  for (const [id, token] of tokens.entries()) if (types[id] === BYTE) ids.set(token, id);
  return Array.from({ length: 256 }, (_, byte) => {
    const name = `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
    const id = ids.get(name);
    if (id === undefined) throw corruptModel(`The vocabulary lacks the byte token ${name}`);
    return id;
  });
}

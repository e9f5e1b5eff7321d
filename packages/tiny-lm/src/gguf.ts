/**
 * A reader of GGUF version 3, the one-file format of llama.cpp: little-endian; a header (magic,
 * version, counts), typed key-value metadata, tensor descriptions, then aligned tensor data.
 *
 * Reads metadata of every kind and tensors of F32 and F16. Every length is checked against the
 * bytes that remain before anything is allocated for it, so a damaged file costs at most time
 * proportional to its size and always ends in a `model/corrupt` error.
 *
 * Cost: O(bytes) time; metadata and the requested tensors in memory, widened to doubles.
 * See the GGUF specification in the ggml project's docs/gguf.md.
 */
import { MidstreamError } from '@midstream/core';
import { halfToFloat } from './half.ts';

/** A metadata value. 64-bit integers that a number cannot hold exactly are refused. */
export type GgufValue = number | boolean | string | readonly GgufValue[];

/** Where a tensor lies and what shape it has; `shape[0]` varies fastest, as in the file. */
export interface GgufTensor {
  readonly name: string;
  readonly type: 'f32' | 'f16';
  readonly shape: readonly number[];
  readonly elements: number;
  /** Position of the first byte in the file. */
  readonly start: number;
}

/** A parsed file: metadata, tensor descriptions and the bytes they point into. */
export interface GgufFile {
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
  readonly bytes: Uint8Array;
}

/** Tensors have at most this many dimensions; more is refused as corrupt. */
export const GGUF_MAX_DIMENSIONS = 4;
/** Arrays in metadata nest at most this deep; deeper is refused as corrupt. */
export const GGUF_MAX_ARRAY_DEPTH = 4;

const MAGIC = 0x46554747;
const VERSION = 3;
const DEFAULT_ALIGNMENT = 32;
const TENSOR_TYPES: readonly ('f32' | 'f16')[] = ['f32', 'f16'];
const STRING = 8;
const ARRAY = 9;
/** The fewest bytes one element of each metadata type takes, by type number. */
const MINIMUM_SIZE: readonly number[] = [1, 1, 2, 2, 4, 4, 4, 1, 8, 12, 8, 8, 8];

/** The error of every fault in a model file. */
export function corruptModel(
  message: string,
  details: Record<string, unknown> = {},
): MidstreamError {
  return new MidstreamError('model/corrupt', message, { details });
}

/** Reads little-endian values in sequence and refuses to read past the end. */
class Cursor {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Moves past `count` bytes and returns where they begin. */
  take(count: number): number {
    const start = this.position;
    if (count > this.#view.byteLength - start) {
      throw corruptModel(
        `Reading a model file stopped at byte ${start}: ${count} more bytes wanted, ` +
          `${this.#view.byteLength - start} left`,
        { position: start },
      );
    }
    this.position = start + count;
    return start;
  }

  u32(): number {
    return this.#view.getUint32(this.take(4), true);
  }

  /** A 64-bit count that must be small enough to be exact as a number. */
  count(): number {
    return exact(this.#view.getBigUint64(this.take(8), true), this.position);
  }

  string(): string {
    const start = this.take(this.count());
    try {
      return this.#utf8.decode(this.#bytes.subarray(start, this.position));
    } catch {
      throw corruptModel(`The string at byte ${start} of the model file is not valid UTF-8`, {
        position: start,
      });
    }
  }

  /** One metadata value of the numbered type. */
  value(type: number, depth = 0): GgufValue {
    const view = this.#view;
    switch (type) {
      case 0:
        return view.getUint8(this.take(1));
      case 1:
        return view.getInt8(this.take(1));
      case 2:
        return view.getUint16(this.take(2), true);
      case 3:
        return view.getInt16(this.take(2), true);
      case 4:
        return this.u32();
      case 5:
        return view.getInt32(this.take(4), true);
      case 6:
        return view.getFloat32(this.take(4), true);
      case 7:
        return view.getUint8(this.take(1)) !== 0;
      case STRING:
        return this.string();
      case ARRAY:
        return this.#array(depth);
      case 10:
        return this.count();
      case 11:
        return exact(view.getBigInt64(this.take(8), true), this.position);
      case 12:
        return view.getFloat64(this.take(8), true);
      default:
        throw corruptModel(`Metadata type ${type} at byte ${this.position} is unknown`, { type });
    }
  }

  #array(depth: number): readonly GgufValue[] {
    if (depth >= GGUF_MAX_ARRAY_DEPTH) {
      throw corruptModel(`Metadata arrays nest deeper than ${GGUF_MAX_ARRAY_DEPTH}`);
    }
    const type = this.u32();
    const length = this.count();
    const left = this.#view.byteLength - this.position;
    if (length * (MINIMUM_SIZE[type] ?? 1) > left) {
      throw corruptModel(`An array of ${length} values does not fit the ${left} bytes left`);
    }
    const values: GgufValue[] = [];
    for (let i = 0; i < length; i++) values.push(this.value(type, depth + 1));
    return values;
  }
}

function exact(value: bigint, position: number): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) {
    throw corruptModel(`The integer ${value} before byte ${position} is too large to be exact`);
  }
  return number;
}

/** Parses the header, metadata and tensor table of a GGUF file; no tensor is read yet. */
export function parseGguf(bytes: Uint8Array): GgufFile {
  const cursor = new Cursor(bytes);
  const magic = cursor.u32();
  if (magic !== MAGIC) {
    throw corruptModel(`Model file begins with 0x${magic.toString(16)}: "GGUF" wanted`);
  }
  const version = cursor.u32();
  if (version !== VERSION) throw corruptModel(`GGUF version ${version} given: ${VERSION} wanted`);
  const tensorCount = cursor.count();
  const metadataCount = cursor.count();
  const metadata = new Map<string, GgufValue>();
  for (let i = 0; i < metadataCount; i++) {
    const key = cursor.string();
    if (metadata.has(key)) throw corruptModel(`Metadata key "${key}" occurs twice`);
    metadata.set(key, cursor.value(cursor.u32()));
  }
  const described: TensorHeader[] = [];
  for (let i = 0; i < tensorCount; i++) described.push(readTensorHeader(cursor));
  return { metadata, tensors: placeTensors(described, { cursor, metadata, bytes }), bytes };
}

interface TensorHeader extends Omit<GgufTensor, 'start'> {
  readonly offset: number;
}

function readTensorHeader(cursor: Cursor): TensorHeader {
  const name = cursor.string();
  const dimensions = cursor.u32();
  if (dimensions < 1 || dimensions > GGUF_MAX_DIMENSIONS) {
    throw corruptModel(
      `Tensor "${name}" has ${dimensions} dimensions: 1 to ${GGUF_MAX_DIMENSIONS} wanted`,
    );
  }
  const shape: number[] = [];
  for (let i = 0; i < dimensions; i++) shape.push(cursor.count());
  const number = cursor.u32();
  const type = TENSOR_TYPES[number];
  if (type === undefined) {
    throw corruptModel(`Tensor "${name}" has type ${number}: F32 (0) or F16 (1) wanted`, { name });
  }
  const elements = shape.reduce((product, size) => product * size, 1);
  return { name, type, shape, elements, offset: cursor.count() };
}

function placeTensors(
  described: readonly TensorHeader[],
  file: { cursor: Cursor; metadata: ReadonlyMap<string, GgufValue>; bytes: Uint8Array },
): ReadonlyMap<string, GgufTensor> {
  const alignment = file.metadata.get('general.alignment') ?? DEFAULT_ALIGNMENT;
  if (typeof alignment !== 'number' || alignment < 8 || alignment % 8 !== 0) {
    throw corruptModel(`Alignment ${String(alignment)} given: a multiple of 8 wanted`);
  }
  const base = Math.ceil(file.cursor.position / alignment) * alignment;
  const tensors = new Map<string, GgufTensor>();
  for (const { offset, ...tensor } of described) {
    const start = base + offset;
    const end = start + tensor.elements * (tensor.type === 'f32' ? 4 : 2);
    if (offset % alignment !== 0 || end > file.bytes.byteLength) {
      throw corruptModel(
        `Tensor "${tensor.name}" lies at bytes ${start} to ${end}: aligned to ${alignment} ` +
          `and within ${file.bytes.byteLength} wanted`,
      );
    }
    if (tensors.has(tensor.name)) throw corruptModel(`Tensor "${tensor.name}" occurs twice`);
    tensors.set(tensor.name, { ...tensor, start });
  }
  return tensors;
}

/** The values of one tensor, widened to doubles; its shape must be the one wanted. */
export function readTensor(file: GgufFile, name: string, shape: readonly number[]): Float64Array {
  const tensor = file.tensors.get(name);
  if (tensor === undefined) throw corruptModel(`Tensor "${name}" is missing from the model file`);
  if (tensor.shape.length !== shape.length || tensor.shape.some((n, i) => n !== shape[i])) {
    throw corruptModel(`Tensor "${name}" has shape [${tensor.shape}]: [${shape}] wanted`);
  }
  const view = new DataView(file.bytes.buffer, file.bytes.byteOffset + tensor.start);
  const values = new Float64Array(tensor.elements);
  let finite = true;
  for (let i = 0; i < values.length; i++) {
    const value =
      tensor.type === 'f32'
        ? view.getFloat32(i * 4, true)
        : halfToFloat(view.getUint16(i * 2, true));
    finite &&= Number.isFinite(value);
    values[i] = value;
  }
  if (!finite) throw corruptModel(`Tensor "${name}" holds values that are not finite`);
  return values;
}

/**
 * A seeded generator: sfc32 (Chris Doty-Humphrey, PractRand), 128 bits of state, period at least
 * 2^32, seeded through splitmix32 so that neighbouring seeds give unrelated streams. Passes
 * PractRand to at least 32 TiB by its author's account. Not for secrets.
 */
import { MidstreamError } from './errors.ts';
import type { Random } from './seams/random.ts';

const splitmix32 = (seed: number): (() => number) => {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
};

const hash = (text: string): number => {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
};

class Sfc32 implements Random {
  readonly #s: Int32Array = new Int32Array(4);

  constructor(seed: number) {
    const mix = splitmix32(seed);
    for (let i = 0; i < 4; i++) this.#s[i] = mix();
    for (let i = 0; i < 12; i++) this.#bits();
  }

  #bits(): number {
    const s = this.#s;
    const [a = 0, b = 0, c = 0, d = 0] = s;
    const t = (((a + b) | 0) + d) | 0;
    s[3] = d + 1;
    s[0] = b ^ (b >>> 9);
    s[1] = c + (c << 3);
    s[2] = ((c << 21) | (c >>> 11)) + t;
    return t >>> 0;
  }

  next(): number {
    return this.#bits() / 4294967296;
  }

  integer(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > 4294967296) {
      throw new MidstreamError(
        'argument/range',
        `Cannot draw below ${bound}: the bound is a whole number from 1 to 2^32`,
      );
    }
    const limit = 4294967296 - (4294967296 % bound);
    let bits = this.#bits();
    while (bits >= limit) bits = this.#bits();
    return bits % bound;
  }

  fork(label: string): Random {
    return new Sfc32(this.#bits() ^ hash(label));
  }
}

/** A generator for a whole-number seed; the same seed gives the same stream on every machine. */
export function seededRandom(seed: number): Random {
  return new Sfc32(seed);
}

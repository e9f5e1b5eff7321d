/**
 * sfc32, a small fast counting generator by Chris Doty-Humphrey (PractRand, 2010): 128 bits of
 * state, period at least 2^32, here seeded from one safe integer. Gives numbers in [0, 1) with 32
 * random bits. It decides which token is sampled and is not for secrets.
 *
 * Cost: a few integer operations a number. Example: the same seed gives the same sequence.
 */

/** Draws of the sampler: each call returns the next number in [0, 1). */
export type Uniform = () => number;

/** A generator whose whole sequence is fixed by `seed`, a safe integer. */
export function seededUniform(seed: number): Uniform {
  let a = seed | 0;
  let b = Math.floor(seed / 2 ** 32) | 0;
  let c = 0x9e3779b9 | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return (sum >>> 0) / 2 ** 32;
  };
  // The first outputs still resemble the seed; after a dozen rounds they no longer do.
  for (let i = 0; i < 12; i++) next();
  return next;
}

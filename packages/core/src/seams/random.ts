/** Chance is injected: the same seed gives the same run. Not for secrets. */
export interface Random {
  /** A number in [0, 1), uniform, with 32 bits of resolution. */
  next(): number;
  /** A whole number in [0, bound), uniform. `bound` is a positive integer up to 2^32. */
  integer(bound: number): number;
  /** An independent generator whose stream is determined by this one's state and the label. */
  fork(label: string): Random;
}

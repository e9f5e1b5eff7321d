/**
 * IEEE 754 binary16 ("half") to a number: 1 sign bit, 5 exponent bits (bias 15), 10 fraction bits.
 * Exact: every half is also a 32-bit float. Subnormals, infinities and NaN included.
 * Example: halfToFloat(0x3555) is 0.333251953125.
 */
export function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

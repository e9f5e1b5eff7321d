/**
 * Case folding of single UTF-16 units, so that text compared without regard to case keeps its
 * positions.
 *
 *   fold(u) = lower(upper(u)), where a step that does not give exactly one unit is left out
 *
 * This is the simple case folding of Unicode (CaseFolding.txt, status C and S) on the Basic
 * Multilingual Plane up to the choice of the representative; `ı` (U+0131, dotless i) folds to
 * itself, as there. It is not the full folding: a unit whose folding has another length (`ß` to
 * `ss`, `İ` to `i̇`, ligatures) is compared as it is, and so are the halves of surrogate pairs
 * (Deseret, Adlam and other cased scripts beyond the plane).
 *
 * Cost: one table of 128 KiB, made at the first use (about ten milliseconds); then one look-up a
 * unit.
 *
 * Example: fold('K'.charCodeAt(0)) is 107, the code of 'k'; the Kelvin sign U+212A folds to 107
 * too.
 */

const UNITS = 65_536;
const DOTLESS_I = 0x131;
let table: Uint16Array | undefined;

/** Where each unit folds to. Shared: not to be written. */
export function foldTable(): Uint16Array {
  table ??= Uint16Array.from({ length: UNITS }, (_, unit) => foldUnit(unit));
  return table;
}

/** A text with each unit folded; of the same length. */
export function foldText(text: string): string {
  const fold = foldTable();
  let out = '';
  for (let at = 0; at < text.length; at++) {
    out += String.fromCharCode(fold[text.charCodeAt(at)] ?? 0);
  }
  return out;
}

function foldUnit(unit: number): number {
  if (unit === DOTLESS_I) return unit;
  const text = String.fromCharCode(unit);
  const upper = text.toUpperCase();
  const lower = (upper.length === 1 ? upper : text).toLowerCase();
  return lower.length === 1 ? lower.charCodeAt(0) : unit;
}

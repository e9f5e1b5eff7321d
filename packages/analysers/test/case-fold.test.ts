import { describe, expect, it } from 'vitest';
import { foldTable, foldText } from '../src/text/case-fold.ts';

describe('foldTable()', () => {
  it('says what the regular expressions of the engine say about case, for every unit', () => {
    const fold = foldTable();
    const wrong: string[] = [];
    for (let unit = 0; unit < 65_536; unit++) {
      if (unit >= 0xd800 && unit <= 0xdfff) continue;
      const text = String.fromCharCode(unit);
      const folded = String.fromCharCode(fold[unit] ?? 0);
      const others = new Set([folded, text.toLowerCase(), text.toUpperCase()]);
      for (const other of others) {
        if (other.length !== 1 || other === text) continue;
        const same = new RegExp(`^\\u{${unit.toString(16)}}$`, 'iu').test(other);
        if (same !== (fold[other.charCodeAt(0)] === fold[unit])) wrong.push(text + other);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('leaves units alone whose folding has another length, and the dotless i', () => {
    expect(foldText('ßİıﬁ')).toBe('ßİıﬁ');
  });
});

describe('foldText()', () => {
  it('never changes a length, and folds the Kelvin sign and both sigmas', () => {
    expect(foldText('\u212a ΣΑΣ ςs')).toBe('k σασ σs');
    expect(foldText('\ud801\udc00')).toBe('\ud801\udc00');
  });
});

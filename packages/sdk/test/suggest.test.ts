import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { didYouMean, suggest } from '../src/suggest.ts';

describe('suggest()', () => {
  it('finds the nearest name and none that is far', () => {
    expect(suggest('patern', ['pattern', 'stall'])).toBe('pattern');
    expect(suggest('dwt', ['erp', 'dtw'])).toBe('dtw');
    expect(suggest('Cut', ['cut'])).toBe('cut');
    expect(suggest('x', ['y'])).toBeUndefined();
    expect(suggest('house', ['mouse', 'louse'])).toBe('mouse');
    expect(suggest('entirely', ['different'])).toBeUndefined();
    expect(didYouMean('zzzz', ['a', 'b'])).toBe('; there is "a", "b"');
    expect(didYouMean('zzzz', [])).toBe('');
  });

  it('finds a long name with one letter changed, added or left out', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z]{4,12}$/),
        fc.nat(11),
        fc.constantFrom('', '-', '--'),
        (name, at, put) => {
          const wrong = name.slice(0, at) + put + name.slice(at + 1);
          fc.pre(wrong !== '');
          expect(suggest(wrong, ['0123456789abcdef', name])).toBe(name);
        },
      ),
    );
  });
});

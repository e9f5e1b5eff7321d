import { describe, expect, it } from 'vitest';
import { DWELL, followNewest } from '../src/state/follow-newest.ts';
import { summary } from './records.ts';

const live = (id: string) => summary({ id });
const over = (id: string, charactersIn = 0) =>
  summary({ id, state: 'completed', counts: { ...summary().counts, charactersIn } });

describe('followNewest()', () => {
  it('begins with the newest live session, else with one that carried text, else with any', () => {
    expect(followNewest([over('c', 9), live('b'), live('a')], null, 5)).toEqual({
      id: 'b',
      since: 5,
      ended: null,
    });
    expect(followNewest([over('c'), over('b', 9)], null, 5)?.id).toBe('b');
    expect(followNewest([over('c'), over('b')], null, 5)).toEqual({ id: 'c', since: 5, ended: 5 });
    expect(followNewest([], null, 5)).toBeNull();
  });

  it('moves on to a newer live session when the shown one has had its time', () => {
    const current = followNewest([live('a')], null, 0);
    const both = [live('b'), live('a')];
    expect(followNewest(both, current, DWELL - 1)).toBe(current);
    expect(followNewest(both, current, DWELL)?.id).toBe('b');
  });

  it('leaves time to read how the shown one ended', () => {
    const current = followNewest([live('a')], null, 0);
    const ended = followNewest([over('a')], current, 10_000);
    expect(ended).toEqual({ id: 'a', since: 0, ended: 10_000 });
    const next = [live('b'), over('a')];
    expect(followNewest(next, ended, 10_000 + DWELL - 1)).toBe(ended);
    expect(followNewest(next, ended, 10_000 + DWELL)?.id).toBe('b');
  });

  it('stays with what is shown while nothing is live, unless the server forgot it', () => {
    const current = followNewest([over('a', 3)], null, 0);
    expect(followNewest([over('b', 9), over('a', 3)], current, 60_000)).toBe(current);
    expect(followNewest([over('b', 9)], current, 60_000)?.id).toBe('b');
    expect(followNewest([], current, 60_000)).toBe(current);
  });
});

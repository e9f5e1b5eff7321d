import { type Analyser, EventWriter, LIMITS, Session, trackOf } from '@midstream/core';
import { SimulatedClock } from '@midstream/core/simulation';
import { describe, expect, it } from 'vitest';
import { table, textOf } from './literal.ts';

// What is quadratic in these counts does not end within a test's time limit.
const many = 60_000;
const writer = (): EventWriter => new EventWriter(new SimulatedClock());

/** Finds every `?` at once. */
function questions(): Analyser {
  const lengths = new Map<string, number>();
  return {
    name: 'questions',
    propositions: ['question'],
    reset: () => lengths.clear(),
    holdFrom: () => undefined,
    push(events, findings) {
      for (const event of events) {
        if (event.type !== 'text-delta') continue;
        const { sequence, time, choice } = event;
        const track = trackOf(event);
        for (const unit of event.text) {
          const start = lengths.get(track) ?? 0;
          lengths.set(track, start + 1);
          if (unit !== '?') continue;
          const span = { track, start, end: start + 1 };
          const base = { id: `${track}/${start}`, proposition: 'question', analyser: 'questions' };
          const at = { choice, span, events: { first: sequence, last: sequence }, time };
          findings.push({ ...base, ...at, held: true, message: '' });
        }
      }
    },
  };
}
const hold = table({ question: { type: 'hold', limit: 1e9, otherwise: 'release' } });

describe('Session under load', () => {
  it('costs what leaves, not what waits: a rule holds many deltas, one push each', () => {
    const events = writer();
    const session = new Session({ analysers: [questions()], policy: hold });
    session.push([events.text('?')]);
    for (let i = 0; i < many; i++) {
      session.push([events.text('b'), events.text('r', { channel: 'reasoning' })]);
    }
    expect(session.held()).toMatchObject([{ track: 'text/0', start: 0, end: many + 1 }]);
    expect(session.push([events.end()]).released).toHaveLength(many + 2);
  });

  it('redacts many findings of one delta', () => {
    const session = new Session({
      analysers: [questions()],
      policy: table({ question: { type: 'redact', text: '#' } }),
    });
    const { released, findings } = session.push([writer().text('?'.repeat(many))]);
    expect(findings).toHaveLength(many);
    expect(textOf(released)).toBe('#'.repeat(many));
  });

  it('judges many findings of one moment', () => {
    const [one] = (() => {
      const found: Parameters<Analyser['push']>[1] = [];
      questions().push([writer().text('?')], found);
      return found;
    })();
    const noisy: Analyser = {
      ...questions(),
      push: (_, findings) => {
        for (let i = 0; one && i < 4 * many; i++) findings.push({ ...one, id: `${i}` });
      },
    };
    const session = new Session({ analysers: [noisy], policy: table({}) });
    expect(session.push([writer().text('?')]).findings).toHaveLength(4 * many);
    expect(session.failure).toBeNull();
  });

  it('follows many tracks while many things are found, held on one of them', () => {
    const events = writer();
    const session = new Session({ analysers: [questions()], policy: hold });
    const calls = Array.from({ length: LIMITS.tracks.value - 1 }, (_, i) =>
      events.text('x', { channel: 'tool', call: `c${i}` }),
    );
    expect(session.push(calls).released).toHaveLength(calls.length);
    const batch = Array.from({ length: many / 3 }, () => events.text('?'));
    expect(session.push(batch).released).toEqual([]);
  });

  it('holds as many characters as the limit says, and cuts at one more', () => {
    const events = writer();
    const session = new Session({ analysers: [questions()], policy: hold });
    const { value } = LIMITS.heldCharacters;
    session.push([events.text('a'.repeat(value)), events.text('?')]);
    expect(session.push([events.text('b'.repeat(value - 1))]).actions).toEqual([]);
    const over = session.push([events.text('c')]);
    expect(over.actions[0]).toMatchObject({ type: 'cut', position: { offset: value } });
  });

  it('cuts a choice that holds more events than the limit, though they carry no text', () => {
    const events = writer();
    const session = new Session({ analysers: [questions()], policy: hold });
    session.push([events.text('?')]);
    const empty = (count: number) => Array.from({ length: count }, () => events.text(''));
    expect(session.push(empty(LIMITS.heldEvents.value - 1)).actions).toEqual([]);
    const over = session.push(empty(1));
    expect(over.released.map(({ type }) => type)).toEqual(['choice-end']);
    expect(over.actions[0]?.message).toContain('65536 events: hold-limit');
  });

  it('does not count as held what merely came in one batch', () => {
    const events = writer();
    const session = new Session({ analysers: [], policy: table({}) });
    const batch = Array.from({ length: 70_000 }, () => events.text('ab'));
    expect(session.push(batch).released).toHaveLength(70_000);
  });
});

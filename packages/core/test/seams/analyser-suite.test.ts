import { describe, expect, it } from 'vitest';
import { type StreamEvent, trackOf } from '../../src/events.ts';
import type { Finding } from '../../src/findings.ts';
import type { Analyser } from '../../src/seams/analyser.ts';
import { analyserSuite } from '../../src/testing/index.ts';
import { expectBite } from './bites.ts';

/** Finds the letter "z" in any text; correct, and open to being broken. */
class Letters implements Analyser {
  readonly name: string = 'letters';
  readonly propositions: readonly string[] = ['z'];
  lengths: Map<string, number> = new Map();

  push(events: readonly StreamEvent[], findings: Finding[]): void {
    for (const event of events) this.one(event, findings);
  }

  one(event: StreamEvent, findings: Finding[]): void {
    if (event.type !== 'text-delta') return;
    const track = trackOf(event);
    for (const letter of event.text.split('')) {
      const start = this.lengths.get(track) ?? 0;
      this.lengths.set(track, start + 1);
      if (letter === 'z') findings.push(this.finding({ event, track, start }));
    }
  }

  finding(at: { event: StreamEvent; track: string; start: number }): Finding {
    const { event, track, start } = at;
    return {
      id: `letters/z/${track}/${start}`,
      proposition: 'z',
      analyser: 'letters',
      choice: event.choice,
      span: { track, start, end: start + 1 },
      events: { first: event.sequence, last: event.sequence },
      time: event.time,
      held: false,
      message: 'A letter',
    };
  }

  reset(): void {
    this.lengths.clear();
  }
}

const suite = (make: () => Analyser) => analyserSuite(make, { texts: ['zz top'], streams: 12 });

describe('analyserSuite()', () => {
  for (const one of suite(() => new Letters())) it(`Letters, ${one.name}`, one.run);

  it('bites an analyser that finds nothing, or what it did not declare', async () => {
    await expectBite(
      analyserSuite(() => new Letters(), { texts: [] }),
      'finds something',
    );
    class Undeclared extends Letters {
      override readonly propositions = ['y'];
    }
    await expectBite(
      suite(() => new Undeclared()),
      'finds something',
    );
  });

  it('bites an analyser that changes events', async () => {
    class Writing extends Letters {
      override one(event: StreamEvent, findings: Finding[]): void {
        Object.assign(event, { time: 0 });
        super.one(event, findings);
      }
    }
    await expectBite(
      suite(() => new Writing()),
      'changes no event',
    );
  });

  it('bites an analyser that looks at batches', async () => {
    class Batched extends Letters {
      override push(events: readonly StreamEvent[], findings: Finding[]): void {
        const found: Finding[] = [];
        super.push(events, found);
        findings.push(...found.slice(0, 1));
      }
    }
    await expectBite(
      suite(() => new Batched()),
      'N batches',
    );
  });

  it('bites an analyser that looks at deltas', async () => {
    class PerDelta extends Letters {
      override one(event: StreamEvent, findings: Finding[]): void {
        const found: Finding[] = [];
        super.one(event, found);
        findings.push(...found.slice(0, 1));
      }
    }
    await expectBite(
      suite(() => new PerDelta()),
      'how text is cut',
    );
  });

  it('bites an analyser that remembers through reset()', async () => {
    class Remembering extends Letters {
      override reset(): void {}
    }
    await expectBite(
      suite(() => new Remembering()),
      'reset()',
    );
  });

  it('bites an analyser that fails on what it never heard of, or holds it', async () => {
    class Fragile extends Letters {
      holdFrom(track: string): number | undefined {
        return this.lengths.get(track) ?? 0;
      }
    }
    await expectBite(
      suite(() => new Fragile()),
      'survives',
    );
  });

  it('bites an analyser whose ids repeat or whose spans are not text', async () => {
    class Repeating extends Letters {
      override finding(at: { event: StreamEvent; track: string; start: number }): Finding {
        return { ...super.finding(at), id: 'same' };
      }
    }
    await expectBite(
      suite(() => new Repeating()),
      'ids are unique',
    );
    class Beyond extends Letters {
      override finding(at: { event: StreamEvent; track: string; start: number }): Finding {
        return super.finding({ ...at, start: at.start + 1_000 });
      }
    }
    await expectBite(
      suite(() => new Beyond()),
      'ids are unique',
    );
  });

  it('bites an analyser that takes back what it let go, or claims to have held', async () => {
    class Claiming extends Letters {
      override finding(at: { event: StreamEvent; track: string; start: number }): Finding {
        return { ...super.finding(at), held: true };
      }
    }
    await expectBite(
      suite(() => new Claiming()),
      'asks for nothing back',
    );
    class Greedy extends Letters {
      holdFrom(track: string): number | undefined {
        const length = this.lengths.get(track) ?? 0;
        return length % 2 === 0 ? undefined : 0;
      }
    }
    await expectBite(
      suite(() => new Greedy()),
      'asks for nothing back',
    );
  });

  it('bites an analyser that holds what has ended', async () => {
    class Clinging extends Letters {
      holdFrom(track: string): number | undefined {
        return this.lengths.get(track);
      }
    }
    await expectBite(
      suite(() => new Clinging()),
      'has ended',
    );
  });

  it('names every case once', () => {
    const names = suite(() => new Letters()).map((one) => one.name);
    expect(new Set(names).size).toBe(names.length);
  });
});

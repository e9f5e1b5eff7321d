import { millis } from '@midstream/core';
import { analyserSuite } from '@midstream/core/testing';
import { describe, it } from 'vitest';
import { PatternAnalyser, RepetitionAnalyser, StallAnalyser } from '../src/index.ts';

const patterns = [
  { proposition: 'p', text: 'hunter' },
  { proposition: 'p', text: 'hunter2' },
  { proposition: 'q', text: 'TER', ignoreCase: true },
];
const loop = ' the same again'.repeat(8);
const suites = {
  PatternAnalyser: (hold: boolean) =>
    analyserSuite(() => new PatternAnalyser({ name: 'p', patterns, hold }), { texts: ['hunter2'] }),
  RepetitionAnalyser: () =>
    analyserSuite(() => new RepetitionAnalyser({ name: 'r', proposition: 'l' }), { texts: [loop] }),
  StallAnalyser: () =>
    analyserSuite(
      () => new StallAnalyser({ name: 's', proposition: 'stalled', after: millis(5_000) }),
      { texts: [] },
    ),
};

describe('conformance', () => {
  for (const one of suites.PatternAnalyser(true)) it(`PatternAnalyser, ${one.name}`, one.run);
  for (const one of suites.PatternAnalyser(false)) it(`reporting, ${one.name}`, one.run);
  for (const one of suites.RepetitionAnalyser()) it(`RepetitionAnalyser, ${one.name}`, one.run);
  for (const one of suites.StallAnalyser()) it(`StallAnalyser, ${one.name}`, one.run);
});

import { type Finding, millis } from '@midstream/core';
import { parsePolicy } from '@midstream/sdk';
import { describe, expect, it } from 'vitest';
import { outcomeOf, policyOf } from './support.ts';

const GREET = 'hello: { pattern: hello }';

describe('policy actions', () => {
  it('redact replaces every occurrence, in text that came in pieces', () => {
    const yaml = policyOf(
      'secret: { pattern: [hunter2, swordfish], ignoreCase: true }',
      '- { id: no-secret, never: secret, action: redact, with: "***" }',
    );
    const { text, actions, reason } = outcomeOf(yaml, 'it is hun', 'ter2 and SWORDFISH, hunter');
    expect(text).toBe('it is *** and ***, hunter');
    expect(actions).toEqual(['no-secret:redact@6-13', 'no-secret:redact@18-27']);
    expect(reason).toBe('stop');
  });

  it('cut ends the choice before a held match and does nothing afterwards', () => {
    const yaml = policyOf(GREET, '- { id: quiet, never: hello, action: cut }');
    const { text, actions, reason } = outcomeOf(yaml, 'so: hel', 'lo hello');
    expect(text).toBe('so: ');
    expect(reason).toBe('content_filter');
    expect(actions).toEqual(['quiet:cut@4-9', 'quiet:cancel-upstream@4-9']);
  });

  it('cut by a repetition lies where the repetition was found', () => {
    const yaml = policyOf(
      'loop: { repetition: { repeats: 3, minimum: 9, maximumPeriod: 20 } }',
      '- { id: no-loop, never: loop, action: cut }',
    );
    const { text, reason } = outcomeOf(yaml, 'x: ab cd ab cd ab cd ab cd ab cd');
    expect(reason).toBe('content_filter');
    expect(text.length).toBeLessThan('x: ab cd ab cd ab cd ab cd ab cd'.length);
    expect(text.startsWith('x: ab cd ab cd')).toBe(true);
  });

  it('alert and pass are given at each occurrence and change nothing', () => {
    const yaml = policyOf(
      `${GREET}\nbye: { pattern: bye }`,
      '- { id: a, never: hello, action: alert, severity: critical }\n- { id: p, never: bye, action: pass }',
    );
    const { text, actions } = outcomeOf(yaml, 'hello bye hello bye');
    expect(text).toBe('hello bye hello bye');
    expect(actions).toEqual(['a:alert@0-5', 'p:pass@6-9', 'a:alert@10-15', 'p:pass@16-19']);
  });

  it('hold waits for until, and then all leaves', () => {
    const yaml = policyOf(
      'advice: { pattern: buy }\ndisclaimer: { pattern: no advice }',
      '- { id: wait, never: advice, action: hold, until: disclaimer, limit: 100, otherwise: cut }',
    );
    const released = outcomeOf(yaml, 'you should buy gold. This is no advice. buy');
    expect(released.text).toBe('you should buy gold. This is no advice. ');
    expect(released.actions).toEqual([
      'wait:hold@11-14',
      'wait:release@29-38',
      'wait:hold@40-43',
      'wait:cut@40-43',
      'wait:cancel-upstream@40-43',
    ]);
    const cut = outcomeOf(yaml, 'you should buy gold');
    expect(cut.text).toBe('you should ');
    expect(cut.reason).toBe('content_filter');
  });

  it('hold with otherwise release lets go at its limit', () => {
    const yaml = policyOf(
      'advice: { pattern: buy }\ndisclaimer: { pattern: no advice }',
      '- { id: wait, never: advice, action: hold, until: disclaimer, limit: 6, otherwise: release }',
    );
    const { text, actions } = outcomeOf(yaml, 'buy ', 'gold', ' now');
    expect(text).toBe('buy gold now');
    expect(actions).toEqual(['wait:hold@0-3', 'wait:release@0-3']);
  });

  it('never before: what comes too early is redacted, what comes later is not', () => {
    const yaml = policyOf(
      'advice: { pattern: buy }\ndisclaimer: { pattern: no advice }',
      '- { id: early, never: advice, before: disclaimer, action: redact, with: "[-]" }',
    );
    expect(outcomeOf(yaml, 'buy buy no advice buy').text).toBe('[-] [-] no advice buy');
  });

  it('never after: history survives a redaction, so every later occurrence is redacted', () => {
    const yaml = policyOf(
      'end: { pattern: END }\nmore: { pattern: more }',
      '- { id: late, never: more, after: end, action: redact, with: "-" }',
    );
    expect(outcomeOf(yaml, 'more END more more').text).toBe('more END - -');
  });

  it('eventually is judged at the end of the choice', () => {
    const alert = policyOf(GREET, '- { id: polite, eventually: hello, action: alert }');
    expect(outcomeOf(alert, 'so what').actions).toEqual(['polite:alert']);
    expect(outcomeOf(alert, 'hello').actions).toEqual([]);
    const cut = policyOf(GREET, '- { id: polite, eventually: hello, action: cut }');
    const { text, actions } = outcomeOf(cut, 'so what');
    expect(text).toBe('so what');
    expect(actions).toEqual(['polite:cut', 'polite:cancel-upstream']);
  });

  it('a redact rule that is violated by what never came raises an alert', () => {
    const yaml = policyOf(
      'ask: { pattern: ask }\nanswer: { pattern: answer }',
      '- { id: pair, formula: "G (ask -> F answer)", action: redact }',
    );
    expect(outcomeOf(yaml, 'ask').actions).toEqual(['pair:alert']);
    expect(outcomeOf(yaml, 'ask answer').actions).toEqual([]);
  });

  it('a rule reads only the moments of its own propositions', () => {
    const yaml = policyOf(
      'a: { pattern: aa }\nb: { pattern: bb }\nc: { pattern: cc }',
      '- { id: next, formula: "G (a -> N b)", action: alert }\n- { id: c, never: c, action: pass }',
    );
    expect(outcomeOf(yaml, 'aa cc bb').actions).toEqual(['c:pass@3-5']);
    expect(outcomeOf(yaml, 'aa cc aa bb').actions).toEqual(['c:pass@3-5', 'next:alert@6-8']);
  });

  it('of two redactions that begin together the earlier rule stands', () => {
    const yaml = policyOf(
      'short: { pattern: ab }\nlong: { pattern: ab }',
      '- { id: one, never: short, action: redact, with: "1" }\n- { id: two, never: long, action: redact, with: "2" }',
    );
    expect(outcomeOf(yaml, 'xaby').text).toBe('x1y');
  });

  it('channels limit what a pattern watches', () => {
    const yaml = policyOf(
      'hello: { pattern: hello, channels: [reasoning] }',
      '- { id: q, never: hello, action: cut }',
    );
    expect(outcomeOf(yaml, 'hello').text).toBe('hello');
  });

  it('a cut is given once by a run, and nothing of that rule afterwards', () => {
    const finding: Finding = {
      id: 'f',
      proposition: 'hello',
      analyser: 'x',
      choice: 2,
      span: null,
      events: { first: 1, last: 1 },
      time: millis(5),
      held: false,
      message: 'm',
    };
    const yaml = policyOf(GREET, '- { id: quiet, never: hello, action: cut, message: no }');
    const run = parsePolicy(yaml).open().policy.start(2);
    expect(run.step([finding])).toEqual([
      { type: 'cut', rule: 'quiet', finding, choice: 2, time: 5, message: 'no', position: null },
    ]);
    expect(run.step([finding])).toEqual([]);
    expect(run.end(millis(6))).toEqual([]);
  });
});

import { MidstreamError, type MonitorProgram } from '@midstream/core';
import {
  DEFAULT_POLICY,
  DEMONSTRATION_POLICY,
  type FormulaEngine,
  parsePolicy,
} from '@midstream/sdk';
import { describe, expect, it } from 'vitest';
import { outcomeOf, policyOf, runThrough, streamOf } from './support.ts';

const WORDS =
  'a: { pattern: [aa, aaaa] }\nb: { pattern: bb }\nl: { repetition: {} }\ns: { stall: 20s }';
const report = (rules: string) => parsePolicy(policyOf(WORDS, rules)).report;

describe('PolicyReport', () => {
  const rule = (text: string) => report(`- { id: r, ${text} }`).rules[0];

  it('enforces safety over held text whose action stops it', () => {
    expect(rule('never: a, action: cut')).toMatchObject({
      formula: 'G !a',
      enforcement: 'enforced',
      message: null,
    });
    expect(rule('never: a, action: redact, message: no')?.message).toBe('no');
    expect(rule('never: a, action: redact')?.enforcement).toBe('enforced');
    expect(rule('never: a, action: hold, until: b')?.enforcement).toBe('enforced');
    expect(rule('formula: "G (a -> N !b)", action: cut')?.enforcement).toBe('enforced');
    expect(rule('never: a, before: b, action: cut')).toMatchObject({
      formula: '!a W b',
      enforcement: 'enforced',
    });
  });

  it('reports everything else, with the reason', () => {
    const cases: [string, RegExp][] = [
      ['never: a, action: alert', /stops nothing/],
      ['never: a, action: pass', /stops nothing/],
      ['never: l, action: cut', /has left/],
      ['never: s, action: cut', /has left/],
      ['eventually: a, action: cut', /never comes/],
      ['formula: "G (a -> X b)", action: cut', /never comes/],
      ['formula: "!(a & N b)", action: cut', /never comes/],
      ['formula: "a <-> X b", action: cut', /never comes/],
      ['formula: "a", action: cut', /never comes/],
      ['never: a, action: hold, until: b, otherwise: release', /let go/],
    ];
    for (const [text, reason] of cases) {
      expect(rule(text), text).toMatchObject({
        enforcement: 'reported',
        reason: expect.stringMatching(reason),
      });
    }
  });

  it('holds text only for rules that stop it, at most to the longest pattern', () => {
    const { propositions } = report(
      '- { id: x, never: a, action: redact }\n- { id: y, never: b, action: alert }\n- { id: z, never: l, action: cut }',
    );
    expect(propositions).toMatchObject([
      { name: 'a', kind: 'pattern', holds: true, maximumHold: 3 },
      { name: 'b', kind: 'pattern', holds: false, maximumHold: 0 },
      {
        name: 'l',
        kind: 'repetition',
        holds: false,
        channels: ['text', 'reasoning', 'transcript'],
      },
      { name: 's', kind: 'stall', holds: false, channels: [] },
    ]);
  });

  it('warns about what is probably not meant', () => {
    const { warnings } = report(
      '- { id: x, never: a, action: redact }\n- { id: y, never: a, action: redact }\n- { id: z, never: a, action: pass }',
    );
    expect(warnings).toEqual([
      expect.stringMatching(/"x" and "y" ask for the same/),
      expect.stringMatching(/"x" and "z" one lets pass/),
      expect.stringMatching(/"y" and "z" one lets pass/),
      expect.stringMatching(/proposition "b"/),
      expect.stringMatching(/proposition "l"/),
      expect.stringMatching(/proposition "s"/),
    ]);
  });

  it('allows pass beside a rule that asks for the same word', () => {
    expect(
      report('- { id: x, eventually: a, action: alert }\n- { id: y, never: a, action: pass }')
        .rules,
    ).toHaveLength(2);
  });

  it('says how many pairs were not checked', () => {
    const many = Array.from(
      { length: 50 },
      (_, i) => `- { id: r${i}, eventually: a, action: alert }`,
    ).join('\n');
    expect(report(many).warnings.some((text) => /225 pairs/.test(text))).toBe(true);
  }, 60_000);

  it('warns when a rule is too hard to check, and refuses what an engine fails at', () => {
    const hard: FormulaEngine = {
      ...toyEngine,
      analyse: () => {
        throw new MidstreamError('budget/exceeded', 'too hard');
      },
    };
    const source = policyOf('p: { pattern: pp }', '- { id: r, never: p, action: cut }');
    expect(parsePolicy(source, { engine: hard }).report.warnings).toEqual([
      expect.stringMatching(/too hard/),
    ]);
    const broken: FormulaEngine = {
      ...toyEngine,
      analyse: () => {
        throw new Error('defect');
      },
    };
    expect(() => parsePolicy(source, { engine: broken })).toThrow('defect');
    const compileFails: FormulaEngine = {
      ...toyEngine,
      compile: () => {
        throw new Error('defect');
      },
    };
    expect(() => parsePolicy(source, { engine: compileFails })).toThrow('defect');
  });
});

/** Knows `G !p` for one p, and nothing else. */
const toyEngine: FormulaEngine = {
  compile: (formula): MonitorProgram => {
    const name = formula.slice(3);
    return {
      formula,
      propositions: [name],
      start: () => {
        let failed = false;
        return {
          get verdict() {
            return failed ? 'false' : 'presumably_true';
          },
          step: (letter) => {
            failed ||= letter.has(name);
            return failed ? 'false' : 'presumably_true';
          },
          end: () => !failed,
          reset: () => {
            failed = false;
          },
          snapshot: () => failed,
          restore: (snapshot) => {
            failed = snapshot === true;
          },
        };
      },
    };
  },
  analyse: () => ({ satisfiable: true, valid: false }),
  relative: (formula) => formula,
  isSafety: () => true,
};

describe('parsePolicy()', () => {
  it('takes another engine in place of the solver', () => {
    const source = policyOf(
      'p: { pattern: pp }',
      '- { id: r, never: p, action: redact, with: "-" }',
    );
    const policy = parsePolicy(source, { engine: toyEngine });
    expect(runThrough(policy, [streamOf('a pp b pp')]).text).toBe('a - b -');
    expect(policy.report.rules[0]?.enforcement).toBe('enforced');
  });

  it('names the policy after the file, else after the option', () => {
    const unnamed = 'version: 1\npropositions: {}\nrules: []';
    expect(parsePolicy(unnamed).name).toBe('unnamed');
    expect(parsePolicy(unnamed, { name: 'x' }).name).toBe('x');
    expect(parsePolicy(`name: y\n${unnamed}`, { name: 'x' }).name).toBe('y');
  });

  it('reads anchors and aliases, and tells places through them', () => {
    const source =
      'version: 1\npropositions:\n  a: &p { pattern: aa }\n  b: *p\nrules:\n  - { id: r, never: b, action: redact }';
    expect(outcomeOf(source, 'x aa').text).toBe('x [redacted]');
    expect(() =>
      parsePolicy('version: 1\npropositions:\n  a: &p { patern: aa }\n  b: *p\nrules: []'),
    ).toThrow(/line 3, column 11/);
  });
});

describe('the shipped policies', () => {
  it('DEFAULT_POLICY cuts a loop and holds nothing back', () => {
    const policy = parsePolicy(DEFAULT_POLICY);
    expect(policy.name).toBe('default');
    expect(policy.report.warnings).toEqual([]);
    expect(policy.report.propositions.every(({ holds }) => !holds)).toBe(true);
    const { reason, text } = outcomeOf(DEFAULT_POLICY, 'So', ' the United States, and'.repeat(30));
    expect(reason).toBe('content_filter');
    expect(text.length).toBeLessThan(150);
    expect(outcomeOf(DEFAULT_POLICY, 'One two three. '.repeat(3)).reason).toBe('stop');
  });

  it('DEMONSTRATION_POLICY redacts, alerts and cuts what the small model says', () => {
    const said = `, Mr. Speaker, Mr. Speaker, Mr. President,${' and the United States,'.repeat(20)}`;
    const { text, reason, actions } = outcomeOf(DEMONSTRATION_POLICY, said);
    expect(parsePolicy(DEMONSTRATION_POLICY).report.warnings).toEqual([]);
    expect(text.startsWith(', [a name], [a name], Mr. President, and')).toBe(true);
    expect(reason).toBe('content_filter');
    expect(actions.map((action) => action.split('@')[0])).toEqual([
      'no-names:redact',
      'no-names:redact',
      'offices:alert',
      'no-loop:cut',
      'no-loop:cancel-upstream',
    ]);
  });
});

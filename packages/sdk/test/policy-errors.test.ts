import { isMidstreamError, type MidstreamError } from '@midstream/core';
import { parsePolicy, SDK_LIMITS } from '@midstream/sdk';
import { describe, expect, it } from 'vitest';

const HEAD =
  'version: 1\npropositions:\n  a: { pattern: aa }\n  b: { pattern: bb }\n  l: { repetition: {} }\n  s: { stall: 20s }\n';

function refusal(source: string): MidstreamError {
  try {
    parsePolicy(source);
  } catch (thrown) {
    if (isMidstreamError(thrown, 'policy/invalid')) return thrown;
    throw thrown;
  }
  throw new Error(`accepted: ${source}`);
}

const PROPOSITIONS = 'version: 1\npropositions:\n  ';

function proposition(text: string): string {
  return `${PROPOSITIONS}x: ${text}\nrules: []`;
}

function rules(...lines: readonly string[]): string {
  return `${HEAD}rules:\n${lines.map((line) => `  - ${line}\n`).join('')}`;
}

const BOMB = `a: &a [1,1,1,1,1,1,1,1]\n${'bcdefgh'
  .split('')
  .map((x, i) => `${x}: &${x} [${`*${'abcdefgh'[i]},`.repeat(8)}]`)
  .join('\n')}`;

/** Name, source with § where the error points at, path, message. */
const CASES: readonly (readonly [string, string, string, RegExp])[] = [
  ['YAML that is none', 'version: 1\nrules: [§', '(the whole)', /no YAML/],
  ['a key twice', 'version: 1\n§version: 1', '(the whole)', /unique/],
  ['several documents', 'version: 1\n§---\nversion: 1', '(the whole)', /document/],
  ['an empty file', '§', '(the whole)', /type object is wanted/],
  ['a list', '§- 1', '(the whole)', /type object/],
  ['a missing version', '§propositions: {}\nrules: []', 'version', /"version" is missing/],
  ['another version', 'version: §2\npropositions: {}\nrules: []', 'version', /cannot be 2/],
  ['an unknown key', 'version: 1\n§rule: []', 'rule', /did you mean "rules"/],
  [
    'an unknown key of a proposition',
    proposition('{ §patern: a }'),
    'propositions.x.patern',
    /did you mean "pattern"/,
  ],
  [
    'an unknown key of a rule',
    rules('{ id: r, never: a, §acton: cut }'),
    'rules[0].acton',
    /did you mean "action"/,
  ],
  [
    'an unknown action',
    rules('{ id: r, never: a, action: §cutt }'),
    'rules[0].action',
    /did you mean "cut"/,
  ],
  [
    'an unknown channel',
    proposition('{ pattern: a, channels: [§txt] }'),
    'propositions.x.channels[0]',
    /did you mean "text"/,
  ],
  ['a missing action', rules('§{ id: r, never: a }'), 'rules[0].action', /"action" is missing/],
  [
    'a number for a text',
    rules('{ id: §3, never: a, action: cut }'),
    'rules[0].id',
    /type string is wanted, but it is 3/,
  ],
  [
    'a proposition that looks for nothing',
    `${PROPOSITIONS}§x: {}\nrules: []`,
    'propositions.x',
    /nothing to look for/,
  ],
  [
    'a proposition that is two things',
    proposition('{ pattern: a, §stall: 1s }'),
    'propositions.x.stall',
    /a pattern already/,
  ],
  [
    'a name that is none',
    `${PROPOSITIONS}§Xy: { pattern: a }\nrules: []`,
    'propositions.Xy',
    /lower-case/,
  ],
  ['a stall that is no duration', proposition('{ §stall: soon }'), 'propositions.x.stall', /"20s"/],
  ['a stall of zero', proposition('{ §stall: 0s }'), 'propositions.x.stall', /above 0/],
  [
    'channels of a stall',
    proposition('{ stall: 1s, §channels: [text] }'),
    'propositions.x.channels',
    /no channels/,
  ],
  [
    'case of a repetition',
    proposition('{ repetition: {}, §ignoreCase: true }'),
    'propositions.x.ignoreCase',
    /Only a pattern/,
  ],
  [
    'a repetition out of range',
    proposition('{ §repetition: { repeats: 1 } }'),
    'propositions.x.repetition',
    /repeats 1/,
  ],
  [
    'an empty pattern',
    proposition('{ pattern: [a, §""] }'),
    'propositions.x.pattern[1]',
    /not empty/,
  ],
  [
    'a single pattern that is empty',
    proposition('{ pattern: §"" }'),
    'propositions.x.pattern[0]',
    /not empty/,
  ],
  ['no pattern', proposition('{ pattern: §[] }'), 'propositions.x.pattern', /At least one/],
  [
    'a pattern that is too long',
    proposition(`{ pattern: [a, §"${'p'.repeat(5000)}"] }`),
    'propositions.x.pattern[1]',
    /4096/,
  ],
  [
    'an unknown proposition',
    rules('{ id: r, never: §c, action: cut }'),
    'rules[0].never',
    /no proposition "c"; there is "a"/,
  ],
  [
    'an unknown proposition before',
    rules('{ id: r, never: a, before: §bb, action: cut }'),
    'rules[0].before',
    /did you mean "b"/,
  ],
  [
    'an unknown proposition to wait for',
    rules('{ id: r, never: a, action: hold, until: §zzz }'),
    'rules[0].until',
    /no proposition "zzz"; there is "a", "b"/,
  ],
  [
    'an unknown proposition in a formula',
    rules('{ id: r, formula: "G !(a & §cc)", action: cut }'),
    'rules[0].formula',
    /found cc/,
  ],
  [
    'a formula that is none',
    rules('{ id: r, formula: "G !(a &§", action: cut }'),
    'rules[0].formula',
    /expected/,
  ],
  [
    'a plain formula that is none',
    rules('id: r\n    action: cut\n    formula: G !(a & §& b)'),
    'rules[0].formula',
    /expected/,
  ],
  [
    'a formula in a block',
    rules('id: r\n    action: cut\n    formula: §|\n      G !(a\n      &'),
    'rules[0].formula',
    /line 3, column 1: expected/,
  ],
  [
    'a formula that is too long',
    rules(`{ id: r, formula: §"${'a & '.repeat(600)}a", action: cut }`),
    'rules[0].formula',
    /2000/,
  ],
  [
    'a condition too many',
    rules('{ id: r, never: a, §eventually: b, action: cut }'),
    'rules[0].eventually',
    /already/,
  ],
  ['no condition', rules('§{ id: r, action: cut }'), 'rules[0]', /no condition/],
  [
    'before without never',
    rules('{ id: r, eventually: a, §before: b, action: cut }'),
    'rules[0].before',
    /goes with "never"/,
  ],
  [
    'before and after',
    rules('{ id: r, never: a, before: b, §after: b, action: cut }'),
    'rules[0].after',
    /Only one/,
  ],
  [
    'with on a cut',
    rules('{ id: r, never: a, action: cut, §with: x }'),
    'rules[0].with',
    /goes with the action "redact"/,
  ],
  [
    'severity on a redaction',
    rules('{ id: r, never: a, action: redact, §severity: info }'),
    'rules[0].severity',
    /"alert"/,
  ],
  [
    'a hold limit over what a session holds',
    rules('{ id: r, never: a, action: hold, until: b, limit: §70000 }'),
    'rules[0].limit',
    /65536/,
  ],
  [
    'a hold that waits for nothing',
    rules('{ id: r, never: a, action: §hold }'),
    'rules[0].action',
    /until/,
  ],
  [
    'redaction of a repetition',
    rules('{ id: r, never: l, action: §redact }'),
    'rules[0].action',
    /has left/,
  ],
  [
    'redaction of a stall',
    rules('{ id: r, never: s, action: §redact }'),
    'rules[0].action',
    /silence/,
  ],
  [
    'holding a stall',
    rules('{ id: r, never: s, action: §hold, until: a }'),
    'rules[0].action',
    /silence/,
  ],
  [
    'an id twice',
    rules('{ id: r, never: a, action: cut }', '{ id: §r, never: b, action: cut }'),
    'rules[1].id',
    /own id/,
  ],
  [
    'a rule that nothing satisfies',
    rules('§{ id: r, formula: "F a & G !a", action: cut }'),
    'rules[0]',
    /No stream can satisfy/,
  ],
  [
    'a rule that nothing violates',
    rules('§{ id: r, formula: "G (a | !a)", action: cut }'),
    'rules[0]',
    /No stream can violate/,
  ],
  [
    'a rule that its own moments cannot violate',
    rules('§{ id: r, formula: "G a", action: cut }'),
    'rules[0]',
    /only moments/,
  ],
  [
    'a rule about nothing',
    rules('§{ id: r, formula: "true", action: cut }'),
    'rules[0]',
    /No stream can violate/,
  ],
  [
    'two rules that contradict',
    rules('{ id: q, eventually: a, action: cut }', '§{ id: r, never: a, action: cut }'),
    'rules[1]',
    /contradicts rule "q"/,
  ],
  [
    'two rules that contradict over different words',
    rules(
      '{ id: q, eventually: a, action: cut }',
      '§{ id: r, formula: "G !b & G !a", action: cut }',
    ),
    'rules[1]',
    /contradicts rule "q"/,
  ],
  ['an anchor bomb', `§${BOMB}`, '(the whole)', /alias/i],
];

describe('parsePolicy() refuses', () => {
  for (const [name, marked, path, message] of CASES) {
    it(name, () => {
      const at = marked.indexOf('§');
      const line = marked.slice(0, at).split('\n').length;
      const column = at - marked.lastIndexOf('\n', at - 1);
      const error = refusal(marked.replace('§', ''));
      expect(error.details).toMatchObject({ line, column, path });
      expect(error.message).toMatch(message);
      expect(error.message).toContain(`line ${line}, column ${column}`);
    });
  }

  it('files and lists over their limits', () => {
    const { policySource, policyRules, policyPropositions, policyPatterns } = SDK_LIMITS;
    expect(refusal('#'.repeat(policySource.value + 1)).message).toMatch(/at most/);
    const many = Array.from(
      { length: policyRules.value + 1 },
      (_, i) => `{ id: r${i}, never: a, action: pass }`,
    );
    expect(refusal(rules(...many)).details).toMatchObject({ path: 'rules' });
    const names = Array.from(
      { length: policyPropositions.value + 1 },
      (_, i) => `  p${i}: { pattern: a }`,
    );
    expect(refusal(`version: 1\npropositions:\n${names.join('\n')}\nrules: []`).message).toMatch(
      /too many/,
    );
    const texts = Array.from({ length: policyPatterns.value + 1 }, (_, i) => `p${i}`).join(',');
    expect(
      refusal(`version: 1\npropositions:\n  p: { pattern: [${texts}] }\nrules: []`).message,
    ).toMatch(/texts/);
  });

  it('several mistakes at once, telling the first by place and all in the details', () => {
    const error = refusal(
      'version: 1\npropositions: {}\nrules:\n  - { id: r, action: cutt, nver: a }\n  - { id: 3, action: cut }',
    );
    expect(error.message).toContain('line 4, column 28');
    expect(error.message).toContain('did you mean "never"');
    expect(error.message).toContain('(and 2 more)');
    expect(error.details.problems).toHaveLength(3);
  });
});

describe('parsePolicy() refuses nesting', () => {
  it('beyond its limit, without a deep stack, and reads what is below it', () => {
    for (const deep of ['{'.repeat(200_000), '['.repeat(150), '- '.repeat(5_000)]) {
      expect(() => parsePolicy(deep)).toThrow(expect.objectContaining({ code: 'policy/invalid' }));
    }
    expect(() => parsePolicy('['.repeat(150))).toThrow(/nested deeper than 100/);
    expect(() => parsePolicy('['.repeat(50) + ']'.repeat(50))).toThrow(/object|mapping|map/i);
  });
});

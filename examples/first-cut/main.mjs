// A secret that arrives in pieces never leaves, and a loop is cut. Run: node
// examples/first-cut/main.mjs
import assert from 'node:assert/strict';
import { create } from 'midstream';

const midstream = create({
  policy: `
version: 1
name: first-cut
propositions:
  secret: { pattern: ["hunter2"] }
  loop: { repetition: { repeats: 4, minimum: 24, maximumPeriod: 40 } }
rules:
  - { id: no-secret, never: secret, action: redact, with: "[removed]" }
  - { id: no-loop, never: loop, action: cut }
`,
});

const session = midstream.open({ label: 'first cut' });
let left = '';
for (const delta of [
  'my password is hun',
  'ter',
  '2, and I say ',
  ...Array(9).fill('again and '),
]) {
  const { text, findings, actions } = session.push(delta);
  left += text;
  for (const { message } of findings) console.log(`found: ${message}`);
  for (const { type, rule } of actions) console.log(`${type} by ${rule}`);
}
session.end();
console.log(`left: ${left}`);

assert.ok(left.startsWith('my password is [removed], and I say again and '));
assert.ok(!left.includes('hunter2'));
assert.ok(left.length < 100, 'the loop was cut');
await midstream[Symbol.asyncDispose]();

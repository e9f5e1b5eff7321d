import { expect, it } from 'vitest';
import { runExamples } from '../../scripts/lib/examples.mjs';
import { plant } from './planted.ts';

it('runExamples() passes exit code 0 and says why the others fail', async () => {
  const folder = plant({
    'typed/main.ts': "import { n } from './n.ts';\nconst m: number = n;\nprocess.exit(m);\n",
    'typed/n.ts': 'export const n: number = 0;\n',
    'wrong/main.mjs': "throw new Error('wrong');\n",
    'endless/main.mjs': 'setInterval(() => {}, 1000);\n',
    'empty/notes.txt': '',
  });
  const results = await runExamples(folder, 3000);
  const problems = Object.fromEntries(results.map(({ where, problem }) => [where, problem]));
  expect(problems['examples/typed']).toBeUndefined();
  expect(problems['examples/wrong']).toContain('Error: wrong');
  expect(problems['examples/endless']).toContain('did not end');
  expect(problems['examples/empty']).toContain('neither main.mjs nor main.ts');
});

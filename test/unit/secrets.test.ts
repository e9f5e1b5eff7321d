import { describe, expect, it } from 'vitest';
import { findSecrets, MARKER } from '../../scripts/lib/secrets.mjs';

/** Made up here in parts, so that this file holds nothing that looks like a secret. */
const letters = 'Ab3'.repeat(16);
const secrets = [
  ['private key', `-----BEGIN RSA PRIVATE ${'KEY'}-----`],
  ['private key', `-----BEGIN PRIVATE ${'KEY'}-----`],
  ['AWS access key', `${'AKIA'}ABCDEFGHIJ234567`],
  ['provider key', `${'sk'}-${letters}`],
  ['provider key', `${'sk'}-ant-api03-${letters}`],
  ['GitHub token', `${'ghp'}_${letters.slice(0, 36)}`],
  ['Slack token', `${'xoxb'}-1234567890-${letters.slice(0, 20)}`],
  ['npm token', `${'npm'}_${letters.slice(0, 36)}`],
  ['bearer token', `Authorization: ${'Bearer'} ${letters}`],
  ['JSON web token', `${'eyJ'}${letters}.${'eyJ'}${letters}.${letters}`],
  ['password in a URL', `postgres://me:${letters.slice(0, 16)}@db`],
];

describe('findSecrets()', () => {
  it.each(secrets)('finds a %s in %s', (name, secret) => {
    const found = findSecrets('a.ts', `first line\nconst it = "${secret}";\n`);
    expect(found).toMatchObject([{ file: 'a.ts', line: 2 }]);
    expect(found[0]?.message).toContain(name);
  });

  it('lets a marked test vector pass, on its own line only', () => {
    const secret = secrets[2]?.[1];
    expect(findSecrets('a.ts', `${secret} // ${MARKER}`)).toEqual([]);
    expect(findSecrets('a.ts', `// ${MARKER}\n${secret}`)).toHaveLength(1);
  });

  it('finds nothing in ordinary text', () => {
    const text =
      'sk-short\nBearer token\npostgres://postgres@127.0.0.1:5432/test\nask-me-anything\n';
    expect(findSecrets('a.md', text)).toEqual([]);
    expect(findSecrets('a.sh', ['url=db://me:$', '{WORD}@host'].join(''))).toEqual([]);
  });
});

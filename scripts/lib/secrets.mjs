/** Finds what looks like a secret in text. A line that says the marker is a test vector. */

export const MARKER = 'not-a-secret: test vector';

const PATTERNS = [
  ['private key', /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/],
  ['AWS access key', /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/],
  ['provider key', /\bsk-(?:[a-z]+-)*[A-Za-z0-9_-]{32,}\b/],
  ['GitHub token', /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{40,})\b/],
  ['Slack token', /\bxox[abeoprs]-[A-Za-z0-9-]{20,}\b/],
  ['npm token', /\bnpm_[A-Za-z0-9]{36}\b/],
  ['Google key', /\bAIza[0-9A-Za-z_-]{35}\b/],
  ['bearer token', /\bBearer\s+(?=[A-Za-z0-9._~+/-]*\d)[A-Za-z0-9._~+/-]{32,}/],
  ['JSON web token', /\beyJ[A-Za-z0-9_-]{16,}\.eyJ[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/],
  [
    'password in a URL',
    /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@'"`${}]+:(?=[^\s@'"`]*\d)[^\s/@'"`${}]{12,}@/,
  ],
];

/**
 * @param {string} path
 * @param {string} text
 * @returns {{file: string, line: number, rule: string, message: string}[]}
 */
export function findSecrets(path, text) {
  return text.split('\n').flatMap((line, index) => {
    if (line.includes(MARKER)) return [];
    return PATTERNS.filter(([, pattern]) => pattern.test(line)).map(([name]) => ({
      file: path,
      line: index + 1,
      rule: 'secret',
      message: `looks like a ${name}: remove it and revoke it, or mark it "${MARKER}"`,
    }));
  });
}

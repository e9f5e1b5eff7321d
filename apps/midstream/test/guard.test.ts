import { isMidstreamError } from '@midstream/core';
import { describe, expect, it } from 'vitest';
import { refusal } from '../src/server/guard.ts';
import { targetOf } from '../src/server/request-target.ts';

const refused = (headers: Record<string, string>): boolean => refusal({ headers }) !== null;

describe('refusal()', () => {
  it.each(['127.0.0.1:8787', '127.0.0.1', 'localhost:80', 'LocalHost:8787', '[::1]:8787', '[::1]'])(
    'lets the host %s pass',
    (host) => expect(refused({ host })).toBe(false),
  );

  it.each([
    'evil.example',
    'evil.example:8787',
    '127.0.0.1.evil.example',
    'localhost.evil.example:8787',
    '127.0.0.1:80:80',
    '127.0.0.2',
    '0.0.0.0:8787',
    '::1',
    '[::2]:8787',
    'user@localhost',
    '',
  ])('refuses the host %j', (host) => expect(refused({ host })).toBe(true));

  it('refuses a request without a Host header', () => expect(refused({})).toBe(true));

  it.each([
    ['http://127.0.0.1:8787', '127.0.0.1:8787', false],
    ['http://LOCALHOST:8787', 'LocalHost:8787', false],
    ['http://[::1]:8787', '[::1]:8787', false],
    ['http://localhost', 'localhost', false],
    ['http://localhost:8787', '127.0.0.1:8787', true],
    ['http://127.0.0.1:3000', '127.0.0.1:8787', true],
    ['https://127.0.0.1:8787', '127.0.0.1:8787', true],
    ['http://evil.example', '127.0.0.1:8787', true],
    ['null', '127.0.0.1:8787', true],
    ['', '127.0.0.1:8787', true],
    ['file://', '127.0.0.1:8787', true],
  ])('judges the origin %j at the host %s: refused %s', (origin, host, expected) => {
    expect(refused({ host, origin })).toBe(expected);
  });

  it.each([
    ['same-origin', 'cors', false],
    ['none', 'navigate', false],
    ['cross-site', 'no-cors', true],
    ['same-site', 'no-cors', true],
    ['cross-site', 'navigate', false],
  ])('judges what a browser says of a request, %s and %s: refused %s', (site, mode, expected) => {
    const headers = { host: 'localhost', 'sec-fetch-site': site, 'sec-fetch-mode': mode };
    expect(refused(headers)).toBe(expected);
  });

  it('names what it refuses', () => {
    expect(refusal({ headers: { host: 'evil.example' } })).toContain('"evil.example"');
    expect(refusal({ headers: { host: 'localhost', origin: 'http://evil' } })).toContain('evil');
  });
});

describe('targetOf()', () => {
  const target = (url: string, host = '127.0.0.1:1'): string => {
    const { pathname, search } = targetOf({ url, headers: { host } });
    return pathname + search;
  };

  it('keeps a path and its query, and never takes a host from it', () => {
    expect(target('/v1/feed?after=2')).toBe('/v1/feed?after=2');
    expect(target('//evil/v1/sessions')).toBe('//evil/v1/sessions');
    expect(target('//[')).toBe('//[');
    expect(target('/a/../../b/%2e%2e/c')).toBe('/c');
  });

  it('takes the path of a whole URL of this server', () => {
    expect(target('http://127.0.0.1:1/v1/models?x=1')).toBe('/v1/models?x=1');
    expect(target('HTTP://LocalHost:8787/', 'localhost:8787')).toBe('/');
  });

  it.each([
    ['http://evil.example/v1/sessions', 'http/forbidden'],
    ['http://127.0.0.1:2/', 'http/forbidden'],
    ['*', 'http/bad-request'],
    ['http://[', 'http/bad-request'],
    ['ftp://127.0.0.1:1/', 'http/bad-request'],
  ] as const)('refuses %s', (url, code) => {
    expect(() => target(url)).toThrowError(expect.toSatisfy((e) => isMidstreamError(e, code)));
  });
});

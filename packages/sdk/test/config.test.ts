import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMidstreamError } from '@midstream/core';
import {
  describeConfig,
  type LoadConfigOptions,
  loadConfig,
  printConfig,
  SDK_LIMITS,
  SETTINGS,
} from '@midstream/sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'midstream-config-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const load = (options: Partial<LoadConfigOptions> = {}) =>
  loadConfig({ directory, env: {}, ...options });
const write = (text: string, name = 'midstream.yaml'): string => {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
};

function refusal(options: Partial<LoadConfigOptions>): { message: string; details: object } {
  try {
    load(options);
  } catch (thrown) {
    if (isMidstreamError(thrown, 'config/invalid')) return thrown;
    throw thrown;
  }
  throw new Error('accepted');
}

describe('loadConfig()', () => {
  it('has defaults for everything', () => {
    const { origins, ...values } = load();
    expect(values).toEqual({
      host: '127.0.0.1',
      port: 8787,
      open: true,
      logLevel: 'info',
      upstream: {},
    });
    expect(new Set(Object.values(origins))).toEqual(new Set(['default']));
    expect(Object.keys(origins)).toEqual(SETTINGS.map(({ path }) => path));
  });

  it('lays flags over the environment over the file over the defaults', () => {
    const path = write(
      'port: 1\nhost: localhost\nlogLevel: warn\nupstream: { url: "http://one/v1", model: m1 }\n',
    );
    const config = load({
      env: {
        MIDSTREAM_PORT: '2',
        MIDSTREAM_LOG_LEVEL: 'error',
        MIDSTREAM_UPSTREAM_MODEL: 'm2',
        MIDSTREAM_HOST: '',
        HOME: '/x',
      },
      flags: { port: 3, 'upstream-url': 'http://three/v1', open: false, policy: undefined },
    });
    expect(config).toMatchObject({
      port: 3,
      host: 'localhost',
      logLevel: 'error',
      open: false,
      upstream: { url: 'http://three/v1', model: 'm2' },
    });
    expect(config.origins).toEqual({
      host: path,
      port: '--port',
      open: '--open',
      policy: 'default',
      logLevel: 'MIDSTREAM_LOG_LEVEL',
      'upstream.url': '--upstream-url',
      'upstream.apiKey': 'default',
      'upstream.model': 'MIDSTREAM_UPSTREAM_MODEL',
    });
  });

  it('reads text as what a setting is', () => {
    expect(load({ env: { MIDSTREAM_OPEN: 'no' } }).open).toBe(false);
    expect(load({ flags: { open: 'yes', port: '0' } })).toMatchObject({ open: true, port: 0 });
  });

  it('takes a named file, and a policy beside it', () => {
    const file = write('policy: rules/mine.yaml', 'other.yaml');
    expect(load({ file }).policy).toBe(join(directory, 'rules', 'mine.yaml'));
    expect(load({ file, env: { MIDSTREAM_POLICY: 'here.yaml' } }).policy).toBe('here.yaml');
    expect(load({ file: write('', 'empty.yaml') }).port).toBe(8787);
    expect(load({ env: { MIDSTREAM_CONFIG: file, MIDSTREAM_LONG: '1' } }).origins.policy).toBe(
      file,
    );
    expect(load({ env: { MIDSTREAM_CONFIG: '' } }).origins.policy).toBe('default');
    expect(refusal({ file: join(directory, 'none.yaml') }).message).toMatch(/none\.yaml/);
    expect(refusal({ file: directory }).message).toMatch(/Cannot read/);
  });

  it('hands the key of OpenAI to OpenAI only', () => {
    const env = { OPENAI_API_KEY: 'sk-1' };
    const key = (url?: string, more = {}) =>
      load({ env: { ...env, ...more }, flags: { 'upstream-url': url } }).upstream.apiKey;
    expect(key('https://api.openai.com/v1')).toBe('sk-1');
    expect(key('https://api.openai.com/v1', { MIDSTREAM_UPSTREAM_API_KEY: 'mine' })).toBe('mine');
    expect(key('http://api.openai.com/v1')).toBeUndefined();
    expect(key('https://api.openai.com.example.org/v1')).toBeUndefined();
    expect(key('http://127.0.0.1:9/v1')).toBeUndefined();
    expect(key()).toBeUndefined();
  });

  it('refuses what it does not know, with a suggestion and the place', () => {
    write('port: 1\nhots: x');
    expect(refusal({})).toMatchObject({
      message: expect.stringMatching(/line 2, column 1.*did you mean "host"/),
      details: { line: 2, column: 1, path: 'hots' },
    });
    write('port: 1\nupstream:\n  ulr: x');
    expect(refusal({})).toMatchObject({
      message: expect.stringMatching(/did you mean "url"/),
      details: { line: 3, column: 3 },
    });
    write('');
    expect(refusal({ env: { MIDSTREAM_PROT: '1' } }).message).toMatch(
      /did you mean "MIDSTREAM_PORT"/,
    );
    expect(refusal({ flags: { prot: 1 } }).message).toMatch(/--prot.*did you mean "port"/);
  });

  it('refuses values that do not fit, naming where they came from', () => {
    const cases: [Partial<LoadConfigOptions>, RegExp][] = [
      [{ env: { MIDSTREAM_PORT: 'eighty' } }, /MIDSTREAM_PORT = "eighty"/],
      [{ env: { MIDSTREAM_PORT: '70000' } }, /MIDSTREAM_PORT = 70000/],
      [{ flags: { 'log-level': 'lots' } }, /--log-level = "lots"/],
      [{ flags: { 'upstream-url': 'ftp://x' } }, /http/],
      [{ flags: { 'upstream-url': 'nonsense' } }, /http/],
      [{ flags: { 'upstream-url': 'http://me:pw@x/v1' } }, /apiKey/],
      [{ flags: { host: '0.0.0.0' } }, /no TLS yet/],
      [{ env: { MIDSTREAM_HOST: '192.168.1.5' } }, /this machine only/],
      [{ flags: { 'upstream-api-key': true } }, /= \*\*\*/],
    ];
    for (const [options, message] of cases) expect(refusal(options).message).toMatch(message);
    write('host: example.org');
    expect(refusal({})).toMatchObject({ details: { line: 1, column: 7, path: 'host' } });
    write(`# ${'x'.repeat(SDK_LIMITS.configSource.value)}`);
    expect(refusal({}).message).toMatch(/at most/);
    write('port: [');
    expect(refusal({}).message).toMatch(/no YAML/);
  });
});

describe('printConfig()', () => {
  it('shows each value with its origin and hides secrets', () => {
    const config = load({ env: { MIDSTREAM_UPSTREAM_API_KEY: 'sk-secret' }, flags: { port: 9 } });
    const text = printConfig(config);
    expect(text).toContain('port            = 9  (--port)');
    expect(text).toContain('upstream.apiKey = ***  (MIDSTREAM_UPSTREAM_API_KEY)');
    expect(text).toContain('upstream.url    = -  (default)');
    expect(text).not.toContain('sk-secret');
    expect(describeConfig(config).every(({ description }) => description.length > 0)).toBe(true);
  });
});

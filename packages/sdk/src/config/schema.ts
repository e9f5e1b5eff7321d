/** The configuration: every value, its default and what it means. */
import { z } from 'zod';

const LOOPBACK: readonly string[] = ['127.0.0.1', '::1', 'localhost'];

const host = z
  .string()
  .refine(
    (value) => LOOPBACK.includes(value),
    `The server listens on this machine only, at one of ${LOOPBACK.join(', ')}: it has no TLS yet, and ` +
      'without it prompts and keys would cross the network in the clear. Put a TLS proxy on this machine in front of it',
  );

const httpUrl = z
  .string()
  .refine(
    (value) => /^https?:$/.test(protocolOf(value)),
    'A URL that begins with http:// or https:// is wanted',
  )
  .refine(
    (value) => !hasCredentials(value),
    'A URL holds no user or password: use upstream.apiKey',
  );

const schema = z.strictObject({
  host: host.default('127.0.0.1').describe('The address the server listens on; loopback only'),
  port: z
    .int()
    .min(0)
    .max(65_535)
    .default(8787)
    .describe('The port of the server; 0 takes any that is free'),
  open: z.boolean().default(true).describe('Whether start opens a browser, on a terminal'),
  policy: z
    .string()
    .min(1)
    .optional()
    .describe('The policy file of sessions that name none; default the built-in policy'),
  logLevel: z
    .enum(['silent', 'error', 'warn', 'info', 'debug'])
    .default('info')
    .describe('How much is logged'),
  upstream: z
    .strictObject({
      url: httpUrl
        .optional()
        .describe('An OpenAI-compatible server, up to and with /v1; default the built-in tiny-lm'),
      apiKey: z.string().min(1).optional().describe('The key that the upstream asks for'),
      model: z.string().min(1).optional().describe('The model of requests that name none'),
    })
    .prefault({}),
});

/** Every value of the configuration. */
export type ConfigValues = z.output<typeof schema>;
/** The schema of the configuration: what a file may say, and the defaults. */
export const configSchema: z.ZodType<ConfigValues, z.input<typeof schema>> = schema;

/** How a setting is named in each layer. */
export interface Setting {
  /** The path in a file: `upstream.url`. */
  readonly path: string;
  readonly variable: string;
  /** Without dashes. */
  readonly flag: string;
  readonly kind: 'text' | 'number' | 'boolean';
  readonly secret: boolean;
  readonly description: string;
}

const setting = (
  path: string,
  flag: string,
  description: string | undefined,
  more: Partial<Pick<Setting, 'kind' | 'secret'>> = {},
): Setting => ({
  path,
  flag,
  variable: `MIDSTREAM_${path
    .replace(/[A-Z]/g, (letter) => `_${letter}`)
    .replace('.', '_')
    .toUpperCase()}`,
  kind: 'text',
  secret: false,
  description: description ?? '',
  ...more,
});

const { shape } = schema;
const upstream = shape.upstream.unwrap().shape;

/** Every setting there is, in the order in which they are shown. */
export const SETTINGS: readonly Setting[] = [
  setting('host', 'host', shape.host.description),
  setting('port', 'port', shape.port.description, { kind: 'number' }),
  setting('open', 'open', shape.open.description, { kind: 'boolean' }),
  setting('policy', 'policy', shape.policy.description),
  setting('logLevel', 'log-level', shape.logLevel.description),
  setting('upstream.url', 'upstream-url', upstream.url.description),
  setting('upstream.apiKey', 'upstream-api-key', upstream.apiKey.description, { secret: true }),
  setting('upstream.model', 'upstream-model', upstream.model.description),
];

function protocolOf(value: string): string {
  return URL.canParse(value) ? new URL(value).protocol : '';
}

function hasCredentials(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { username, password } = new URL(value);
  return username !== '' || password !== '';
}

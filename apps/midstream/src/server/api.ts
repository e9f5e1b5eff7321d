/** The JSON API, everything but feeds and provider-shaped paths: sessions, policies, operations, status. */

import { type Clock, isMidstreamError, MidstreamError, messageOf } from '@midstream/core';
import {
  jsonSchemaOf,
  OPERATIONS,
  openApiDocument,
  parsePolicy,
  runOperation,
  type SessionHub,
  toJsonNumbers,
} from '@midstream/sdk';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Logger } from 'pino';
import { errorReply } from './reply.ts';
import { readCheckRequest, readEventsRequest, readOpenRequest } from './requests.ts';

/** The most a request body may be, in bytes; a larger one is refused with 413. */
export const MAX_BODY_BYTES = 8_388_608;

/** What the API is made of. */
export interface ApiOptions {
  readonly hub: SessionHub;
  readonly clock: Clock;
  readonly log: Logger;
  readonly version: string;
  /** The answer of `/v1/status`. */
  readonly status: () => object;
  /** Whether the server can do its work, for `/readyz`. */
  readonly ready: () => boolean;
  /** Told how long an operation took, in milliseconds. */
  readonly onOperation: (name: string, input: unknown, elapsed: number) => void;
}

/** Builds the API. */
export function createApi(options: ApiOptions): Hono {
  const api = new Hono();
  api.use(
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: () => {
        throw new MidstreamError(
          'http/body-too-large',
          `Cannot read a body of more than ${MAX_BODY_BYTES} bytes`,
        );
      },
    }),
  );
  api.onError((thrown, context) => {
    if (!isMidstreamError(thrown)) options.log.error({ err: thrown }, 'request failed');
    const { status, body } = errorReply(thrown);
    return context.json(body, status as ContentfulStatusCode);
  });
  api.notFound((context) => {
    const message = `Cannot ${context.req.method} ${context.req.path}: there is no such path`;
    return context.json(new Reply('http/not-found', message), 404);
  });
  addHealth(api, options);
  addSessions(api, options);
  addPolicies(api, options);
  addOperations(api, options);
  return api;
}

class Reply {
  readonly error: { code: string; message: string };
  constructor(code: string, message: string) {
    this.error = { code, message };
  }
}

function addHealth(api: Hono, { ready, status, version }: ApiOptions): void {
  api.get('/healthz', (context) => context.json({ status: 'ok' }));
  api.get('/readyz', (context) =>
    ready() ? context.json({ status: 'ready' }) : context.json({ status: 'starting' }, 503),
  );
  api.get('/v1/status', (context) => context.json(status()));
  api.get('/openapi.json', (context) => context.json(openApiDocument({ version })));
}

function addSessions(api: Hono, { hub }: ApiOptions): void {
  api.get('/v1/sessions', (context) => context.json({ sessions: hub.list() }));
  api.post('/v1/sessions', async (context) => {
    const { id } = hub.open({ origin: 'api', ...readOpenRequest(await bodyOf(context)) });
    return context.json(hub.get(id), 201);
  });
  api.get('/v1/sessions/:id', (context) => {
    const summary = hub.get(context.req.param('id'));
    if (summary !== undefined) return context.json(summary);
    throw new MidstreamError('http/not-found', 'Cannot show a session that does not exist');
  });
  api.delete('/v1/sessions/:id', (context) => context.json(hub.end(context.req.param('id'))));
  api.post('/v1/sessions/:id/events', async (context) => {
    const { events } = readEventsRequest(await bodyOf(context));
    return context.json(hub.pushDrafts(context.req.param('id'), events));
  });
}

function addPolicies(api: Hono, { hub }: ApiOptions): void {
  api.get('/v1/policies', (context) => {
    const policies = hub.policies.map(({ name, source, report }, at) => ({
      name,
      source,
      default: at === 0,
      report,
    }));
    return context.json({ policies });
  });
  api.post('/v1/policies/check', async (context) => {
    const { source } = readCheckRequest(await bodyOf(context));
    return context.json({ report: parsePolicy(source).report });
  });
}

function addOperations(api: Hono, { onOperation, clock }: ApiOptions): void {
  const operations = OPERATIONS.map(({ name, summary, input, output }) => ({
    name,
    summary,
    input: jsonSchemaOf(input),
    output: jsonSchemaOf(output),
  }));
  api.get('/v1/operations', (context) => context.json({ operations }));
  api.post('/v1/operations/:name', async (context) => {
    const name = context.req.param('name');
    const input = await bodyOf(context);
    const begun = clock.monotonic();
    const output = await runOperation(name, input, { signal: context.req.raw.signal });
    onOperation(name, input, (clock.monotonic() - begun) / 1e6);
    return context.json(toJsonNumbers(output) as object);
  });
}

async function bodyOf(context: Context): Promise<unknown> {
  const text = await context.req.text();
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw new MidstreamError('http/bad-request', `Cannot read the body: ${messageOf(thrown)}`, {
      cause: thrown,
    });
  }
}

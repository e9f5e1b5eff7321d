/**
 * The OpenAPI 3.1 document of the HTTP face, made from the operations table and the paths of the
 * server.
 */
import { draftsSchema } from '../sessions/drafts.ts';
import { jsonSchemaOf } from './define.ts';
import { COMPONENTS, type Json, ref } from './openapi-schemas.ts';
import { OPERATIONS } from './table.ts';

const json = (schema: Json): Json => ({ 'application/json': { schema } });
const ok = (description: string, schema: Json): Json => ({ description, content: json(schema) });
const body = (schema: Json): Json => ({ required: true, content: json(schema) });
const listOf = (key: string, items: Json): Json => ({
  type: 'object',
  required: [key],
  properties: { [key]: { type: 'array', items } },
});

const ERROR = ok('What went wrong', ref('Error'));
const OPENAI_ERROR = ok("What went wrong, in the provider's own shape", ref('ProviderError'));
const SESSION_ID: Json = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'The id of a session',
  schema: { type: 'string' },
};

/** The document. `version` is that of the product. */
export function openApiDocument(options: { readonly version?: string } = {}): Json {
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: 'MidStream',
      version: options.version ?? '0.1.0',
      description: 'Watches live streams while they flow, judges them, and acts before they end.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths: { ...sessionPaths(), ...policyPaths(), ...operationPaths(), ...serverPaths() },
    components: { schemas: { ...COMPONENTS, EventDrafts: jsonSchemaOf(draftsSchema) } },
  };
}

function sessionPaths(): Json {
  return {
    '/v1/sessions': {
      get: {
        operationId: 'listSessions',
        summary: 'Every session there is, the newest first',
        responses: { 200: ok('The sessions', listOf('sessions', ref('SessionSummary'))) },
      },
      post: {
        operationId: 'openSession',
        summary: 'Opens a session to push events to',
        requestBody: { required: false, content: json(ref('OpenSession')) },
        responses: { 201: ok('It is open', ref('SessionSummary')), default: ERROR },
      },
    },
    '/v1/sessions/{id}': {
      parameters: [SESSION_ID],
      get: {
        operationId: 'getSession',
        summary: 'How a session stands',
        responses: { 200: ok('The session', ref('SessionSummary')), default: ERROR },
      },
      delete: {
        operationId: 'endSession',
        summary: 'Ends a session',
        responses: { 200: ok('It has ended', ref('SessionSummary')), default: ERROR },
      },
    },
    '/v1/sessions/{id}/events': {
      parameters: [SESSION_ID],
      get: {
        operationId: 'followSession',
        summary: 'The records of a session as server-sent events, to its end',
        parameters: [
          {
            name: 'Last-Event-ID',
            in: 'header',
            description: 'Only the records after this one',
            schema: { type: 'integer', minimum: 0 },
          },
          {
            name: 'after',
            in: 'query',
            description: 'As Last-Event-ID',
            schema: { type: 'integer', minimum: 0 },
          },
        ],
        responses: { 200: eventStream('id, event (the record type) and data', 'SessionRecord') },
      },
      post: {
        operationId: 'pushEvents',
        summary: 'Pushes events and tells what may leave',
        requestBody: body({
          type: 'object',
          required: ['events'],
          additionalProperties: false,
          properties: { events: ref('EventDrafts') },
        }),
        responses: { 200: ok('What came of them', ref('PushResult')), default: ERROR },
      },
    },
    '/v1/feed': {
      get: {
        operationId: 'followSessions',
        summary: 'Session summaries as server-sent events: all, then each as it changes',
        responses: { 200: eventStream('event "session" and data', 'SessionSummary') },
      },
    },
  };
}

const eventStream = (says: string, schema: string): Json => ({
  description: `Server-sent events with ${says}, a ${schema}`,
  content: { 'text/event-stream': { schema: { type: 'string' } } },
});

function policyPaths(): Json {
  return {
    '/v1/policies': {
      get: {
        operationId: 'listPolicies',
        summary: 'The policies in use',
        responses: { 200: ok('The policies', listOf('policies', ref('PolicyEntry'))) },
      },
    },
    '/v1/policies/check': {
      post: {
        operationId: 'checkPolicy',
        summary: 'Loads a policy without using it',
        requestBody: body({
          type: 'object',
          required: ['source'],
          additionalProperties: false,
          properties: { source: { type: 'string', description: 'YAML' } },
        }),
        responses: {
          200: ok('It is valid', {
            type: 'object',
            required: ['report'],
            properties: { report: ref('PolicyReport') },
          }),
          422: ok('It is not; details tell line, column and path', ref('Error')),
          default: ERROR,
        },
      },
    },
  };
}

function operationPaths(): Json {
  const paths: Record<string, Json> = {
    '/v1/operations': {
      get: {
        operationId: 'listOperations',
        summary: 'Every operation with the JSON Schemas of its input and output',
        responses: { 200: ok('The operations', listOf('operations', ref('Operation'))) },
      },
    },
  };
  for (const { name, summary, input, output } of OPERATIONS) {
    paths[`/v1/operations/${name}`] = {
      post: {
        operationId: name,
        summary,
        tags: [name.split('.')[0] ?? name],
        requestBody: body(jsonSchemaOf(input)),
        responses: { 200: ok('The answer', jsonSchemaOf(output)), default: ERROR },
      },
    };
  }
  return paths;
}

function serverPaths(): Json {
  const text = (operationId: string, summary: string, type = 'text/plain'): Json => ({
    get: {
      operationId,
      summary,
      responses: { 200: { description: summary, content: { [type]: {} } } },
    },
  });
  return {
    '/v1/chat/completions': {
      post: {
        operationId: 'createChatCompletion',
        summary: 'As the OpenAI API, judged on its way',
        requestBody: body({ type: 'object' }),
        responses: {
          200: {
            description: 'A completion, or server-sent chunks of one when "stream" is true',
            content: { ...json({ type: 'object' }), 'text/event-stream': {} },
          },
          default: OPENAI_ERROR,
        },
      },
    },
    '/v1/models': {
      get: {
        operationId: 'listModels',
        summary: 'As the OpenAI API: the models of the upstream',
        responses: { 200: ok('The models', { type: 'object' }), default: OPENAI_ERROR },
      },
    },
    '/v1/status': {
      get: {
        operationId: 'getStatus',
        summary: 'How the server and its upstream stand',
        responses: { 200: ok('The status', { type: 'object' }) },
      },
    },
    '/healthz': text('getHealth', 'The process lives'),
    '/readyz': text('getReadiness', 'The server and its upstream are ready'),
    '/metrics': text('getMetrics', 'Metrics in the Prometheus text format'),
    '/openapi.json': text('getOpenApi', 'This document', 'application/json'),
  };
}

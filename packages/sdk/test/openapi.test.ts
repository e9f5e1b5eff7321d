import { OPERATIONS, openApiDocument } from '@midstream/sdk';
import { describe, expect, it } from 'vitest';

const METHODS = ['get', 'put', 'post', 'delete', 'patch'];
type Node = Readonly<Record<string, unknown>>;

function* walk(value: unknown, path = '#'): Generator<readonly [string, Node]> {
  if (typeof value !== 'object' || value === null) return;
  yield [path, value as Node];
  for (const [key, inner] of Object.entries(value)) yield* walk(inner, `${path}/${key}`);
}

describe('openApiDocument()', () => {
  const document = openApiDocument({ version: '9.9.9' });
  const paths = document.paths as Readonly<Record<string, Readonly<Record<string, Node>>>>;

  it('is plain JSON of OpenAPI 3.1 with the version given', () => {
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'MidStream', version: '9.9.9' },
    });
    expect(openApiDocument()).toMatchObject({
      info: { version: expect.stringMatching(/^\d+\.\d+\.\d+/) },
    });
  });

  it('has every operation of the table with its schemas', () => {
    for (const { name } of OPERATIONS) {
      const post = paths[`/v1/operations/${name}`]?.post;
      expect(post).toMatchObject({
        operationId: name,
        requestBody: {
          content: {
            'application/json': { schema: { type: 'object', additionalProperties: false } },
          },
        },
        responses: { 200: { content: { 'application/json': { schema: { type: 'object' } } } } },
      });
    }
  });

  it('resolves every reference', () => {
    const schemas = (document.components as { schemas: Node }).schemas;
    let references = 0;
    for (const [path, node] of walk(document)) {
      if (typeof node.$ref !== 'string') continue;
      references += 1;
      expect(schemas, path).toHaveProperty(node.$ref.replace('#/components/schemas/', ''));
    }
    expect(references).toBeGreaterThan(10);
  });

  it('has on every operation an own id, a summary and described responses, and all path parameters', () => {
    const ids = new Set<unknown>();
    for (const [path, item] of Object.entries(paths)) {
      expect(path).toMatch(/^\//);
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = ((item.parameters ?? []) as readonly Node[]).map(({ name }) => name);
      expect(declared).toEqual(names);
      for (const [method, operation] of Object.entries(item)) {
        if (method === 'parameters') continue;
        expect(METHODS).toContain(method);
        expect(ids.has(operation.operationId)).toBe(false);
        ids.add(operation.operationId);
        expect(operation.summary).toBeTruthy();
        for (const response of Object.values(operation.responses as Node))
          expect(response).toHaveProperty('description');
      }
    }
    expect(ids.size).toBeGreaterThan(15);
  });
});

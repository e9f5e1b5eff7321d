/** What a schema has against a value, in words that a person can act on. */
import { z } from 'zod';
import { didYouMean } from './suggest.ts';

/** One thing that is wrong. */
export interface Problem {
  readonly path: readonly (string | number)[];
  /** The key itself is what is wrong, not its value. */
  readonly key?: string;
  readonly message: string;
}

/** `rules[2].formula`; the empty path is `(the whole)`. */
export function showPath(path: readonly (string | number)[]): string {
  let text = '';
  for (const part of path) {
    text += typeof part === 'number' ? `[${part}]` : text === '' ? part : `.${part}`;
  }
  return text === '' ? '(the whole)' : text;
}

/** A value as it may stand in a message, shortened. */
export function show(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : textOf(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** A value as JSON; one that is nested too deep for that by its kind. */
function textOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
  }
}

/** Everything a schema has against a value; empty when it is valid. */
export function problemsOf(schema: z.ZodType, value: unknown, error: z.ZodError): Problem[] {
  return error.issues.flatMap((issue): Problem[] => {
    const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
    if (issue.code === 'unrecognized_keys') {
      const known = keysAt(schema, path);
      return issue.keys.map((key) => ({
        path: [...path, key],
        key,
        message: `There is no key "${key}" here${didYouMean(key, known)}`,
      }));
    }
    return [{ path, message: messageFor(issue, path, valueAt(value, path)) }];
  });
}

function messageFor(
  issue: z.core.$ZodIssue,
  path: readonly (string | number)[],
  found: unknown,
): string {
  if (issue.code === 'custom') return issue.message;
  const typed = issue.code === 'invalid_type' || issue.code === 'invalid_value';
  if (found === undefined && typed) return `${show(path.at(-1) ?? 'Everything')} is missing`;
  if (issue.code === 'invalid_type') {
    return `A value of type ${issue.expected} is wanted, but it is ${show(found)}`;
  }
  if (issue.code === 'invalid_value') {
    const hint = didYouMean(String(found), issue.values.map(String));
    return `It cannot be ${show(found)}${hint}`;
  }
  const [first = '', ...rest] = issue.message;
  const wanted = `${first.toUpperCase()}${rest.join('')}`;
  return found === undefined ? wanted : `${wanted}, but it is ${show(found)}`;
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  let at = value;
  for (const part of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Readonly<Record<string | number, unknown>>)[part];
  }
  return at;
}

/** The keys that a strict object at this place may have. */
function keysAt(schema: z.ZodType, path: readonly (string | number)[]): string[] {
  let at: unknown = schema;
  for (const part of [...path, undefined]) {
    at = unwrapped(at);
    if (part === undefined) break;
    if (at instanceof z.ZodObject) at = at.shape[part];
    else if (at instanceof z.ZodArray) at = at.element;
    else if (at instanceof z.ZodRecord) at = at.valueType;
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

function unwrapped(schema: unknown): unknown {
  let at = schema;
  while (at instanceof z.ZodOptional || at instanceof z.ZodPrefault) at = at.unwrap();
  return at;
}

/**
 * Which tool call a piece of an answer belongs to. Readers join arguments by the index of the call,
 * some by its id; both must come to the text that was judged. So each call has an index of its own
 * on the way out: a new id at an index that another call had gets the next free one. And each has a
 * track of its own: an id that two indices share is told apart.
 *
 * Cost: constant per piece, except for ids that repeat; memory, the calls, at most `max`.
 */
import { MidstreamError } from '@midstream/core';
import { unreadable } from './chat-chunk.ts';
import type { ToolKind, ToolPiece } from './tool-piece.ts';

/** One call. */
export interface ToolCall {
  /** The name of its track; the id, where upstream gives one of its own. */
  readonly key: string;
  /** Where it stands among the calls of its choice, on the way out. */
  readonly index: number;
  of: ToolKind | null;
  id: string;
  name: string;
}

/** A call, found by what a piece says of it. */
export interface FoundCall {
  readonly call: ToolCall;
  /**
   * Whether the piece tells something that was not known: the call begins, or is given an id or a
   * name.
   */
  readonly news: boolean;
  /** The call that ends because this one takes its place. */
  readonly ended: ToolCall | null;
}

interface CallsOfChoice {
  readonly open: Map<number, ToolCall>;
  readonly byPlace: Map<string, ToolCall>;
  readonly keys: Set<string>;
  readonly indices: Set<number>;
}

/** The tool calls of one answer. */
export class ToolCalls {
  readonly #max: number;
  readonly #choices: Map<number, CallsOfChoice> = new Map();
  #count = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /**
   * The call at an upstream's index. Throws `budget/exceeded` when there would be too many,
   * `upstream/failed` when it was of the other kind before.
   */
  find(choice: number, index: number, said: Pick<ToolPiece, 'id' | 'name' | 'of'>): FoundCall {
    const { id, name, of } = said;
    const calls = this.#of(choice);
    const open = calls.open.get(index);
    const same = open !== undefined && (id === '' || open.id === '' || open.id === id);
    const place = `${index}/${id}`;
    const known = same ? open : calls.byPlace.get(place);
    const call =
      known ?? this.#begin(calls, { index, id, of, key: id || `call_${choice}_${index}` });
    if (of !== null && call.of !== null && call.of !== of)
      throw unreadable('a tool call is of two kinds');
    const renamed = (id !== '' && id !== call.id) || (name !== '' && name !== call.name);
    call.of = of ?? call.of;
    call.id = id || call.id;
    call.name = name || call.name;
    calls.open.set(index, call);
    calls.byPlace.set(`${index}/${call.id}`, call);
    return { call, news: renamed || call !== open, ended: same ? null : (open ?? null) };
  }

  /** Ends the calls of a choice: those that were open. */
  end(choice: number): readonly ToolCall[] {
    const calls = this.#choices.get(choice);
    this.#choices.delete(choice);
    return [...(calls?.open.values() ?? [])];
  }

  #of(choice: number): CallsOfChoice {
    const calls = this.#choices.get(choice) ?? {
      open: new Map(),
      byPlace: new Map(),
      keys: new Set(),
      indices: new Set(),
    };
    this.#choices.set(choice, calls);
    return calls;
  }

  #begin(
    { keys, indices }: CallsOfChoice,
    { index, id, of, key }: Pick<ToolCall, 'index' | 'id' | 'of' | 'key'>,
  ): ToolCall {
    this.#count += 1;
    if (this.#count > this.#max) {
      const message = `Cannot follow more than ${this.#max} tool calls in one answer`;
      throw new MidstreamError('budget/exceeded', message);
    }
    let own = key;
    for (let copy = 2; keys.has(own); copy++) own = `${key}#${copy}`;
    const free = indices.has(index) ? Math.max(...indices) + 1 : index;
    keys.add(own);
    indices.add(free);
    return { key: own, index: free, of, id, name: '' };
  }
}

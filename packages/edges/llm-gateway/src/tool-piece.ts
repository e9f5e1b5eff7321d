/** What one entry of a delta's `tool_calls` says. */
import { textIn, unreadable } from './chat-chunk.ts';
import { isObject, type JsonObject } from './json.ts';

/** Whether a call has `function` with `arguments`, or `custom` with `input`. */
export type ToolKind = 'function' | 'custom';

/** A piece of a tool call; texts are empty where it says nothing. */
export interface ToolPiece {
  /** Its index, or else its place among the pieces of the delta. */
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly of: ToolKind | null;
  /** The arguments, or the input. */
  readonly text: string;
  /** All but the text, as it stood. */
  readonly head: JsonObject;
}

/** Reads a piece. Throws `upstream/failed` for one of which readers would make different things. */
export function readToolPiece(tool: unknown, place: number): ToolPiece {
  if (!isObject(tool)) throw unreadable(`tool_calls[${place}] is not an object`);
  const index = tool.index ?? place;
  if (typeof index !== 'number' || !Number.isSafeInteger(index) || index < 0) {
    throw unreadable(`tool_calls[${place}].index is not a whole number`);
  }
  if (tool.function && tool.custom) throw unreadable(`tool_calls[${place}] is of two kinds`);
  const of = tool.custom ? 'custom' : 'function';
  const body = tool[of] ?? {};
  if (!isObject(body)) throw unreadable(`tool_calls[${place}].${of} is not an object`);
  return {
    index,
    id: textIn(tool, 'id'),
    name: textIn(body, 'name'),
    of: tool[of] ? of : null,
    text: textIn(body, of === 'custom' ? 'input' : 'arguments'),
    head: headOf(tool, of),
  };
}

/** What a tool call says besides its arguments. */
function headOf(tool: JsonObject, of: ToolKind): JsonObject {
  const { id, type } = tool;
  const body = tool[of];
  const name = isObject(body) ? body.name : undefined;
  return {
    ...(id !== undefined && { id }),
    ...(type !== undefined && { type }),
    ...(name !== undefined && { [of]: { name } }),
  };
}

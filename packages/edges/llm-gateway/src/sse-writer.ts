/** The frames that the gateway itself writes. */

/** The last frame of a stream that ended as it should. */
export const DONE_FRAME: Buffer = Buffer.from('data: [DONE]\n\n');

/** One `data` frame holding a JSON value. JSON has no raw line ends, so one line always does. */
export function sseFrame(value: unknown): Buffer {
  return Buffer.from(`data: ${JSON.stringify(value)}\n\n`);
}

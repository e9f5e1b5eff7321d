/** Colours for a terminal, and none elsewhere or when NO_COLOR is set. */
import type { WriteStream } from 'node:tty';

type Paint = (text: string) => string;

/** The few styles that the command line uses. */
export interface Style {
  readonly dim: Paint;
  readonly bold: Paint;
  readonly red: Paint;
  readonly yellow: Paint;
}

const wrap =
  (on: boolean, code: number): Paint =>
  (text) =>
    on ? `\u001b[${code}m${text}\u001b[0m` : text;

/** The style for an output. */
export function styleOf(out: Pick<WriteStream, 'isTTY'>): Style {
  const on = out.isTTY === true && process.env.NO_COLOR === undefined;
  return { dim: wrap(on, 2), bold: wrap(on, 1), red: wrap(on, 31), yellow: wrap(on, 33) };
}

/**
 * Text with its control characters made visible, but for tabs and line ends: nothing in it commands
 * a terminal.
 */
export const printable = (text: string): string =>
  text.replace(/[^\P{Cc}\n\t]/gu, (control) =>
    control < ' ' ? String.fromCharCode(0x2400 + control.charCodeAt(0)) : '\ufffd',
  );

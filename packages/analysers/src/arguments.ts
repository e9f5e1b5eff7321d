/**
 * Checks of what analysers are made with. Each error names the argument, the value and what is
 * wanted.
 */
import { MidstreamError, TEXT_CHANNELS, type TextChannel } from '@midstream/core';

/** A name that can be part of a finding's id: not empty. */
export function checkName(value: unknown, argument: string): string {
  if (typeof value === 'string' && value.length > 0) return value;
  throw new MidstreamError(
    'argument/invalid',
    `Cannot use ${argument} ${show(value)}: a text that is not empty is wanted`,
    { details: { argument } },
  );
}

/** A whole number within bounds, both inclusive. */
export function checkWhole(
  value: unknown,
  argument: string,
  { least, most }: { readonly least: number; readonly most: number },
): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) {
    return value;
  }
  throw new MidstreamError(
    'argument/range',
    `Cannot use ${argument} ${show(value)}: a whole number from ${least} to ${most} is wanted`,
    { details: { argument, least, most } },
  );
}

/** Channels that carry text; at least one, none twice. */
export function checkChannels(
  value: readonly TextChannel[] | undefined,
  standard: readonly TextChannel[],
): ReadonlySet<TextChannel> {
  const channels = value ?? standard;
  const known: readonly string[] = TEXT_CHANNELS;
  const wrong = channels.find((channel) => !known.includes(channel));
  if (channels.length > 0 && wrong === undefined) return new Set(channels);
  throw new MidstreamError(
    'argument/unknown-option',
    `Cannot watch channels ${show(wrong ?? channels)}: some of ${known.join(', ')} are wanted`,
    { details: { argument: 'channels' } },
  );
}

/** A value as it may stand in a message, shortened. */
function show(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

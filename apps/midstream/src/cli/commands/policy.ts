/** `midstream policy check` and `show`. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { text } from 'node:stream/consumers';
import { isMidstreamError, MidstreamError, messageOf } from '@midstream/core';
import { DEFAULT_POLICY, type PolicyReport, parsePolicy } from '@midstream/sdk';
import { excerpt } from '../excerpt.ts';
import type { ExitCode } from '../exit-code.ts';

/** Checks a file: its report, or where and why it is not a policy. */
export async function policyCheckCommand(
  file: string,
  { json }: { readonly json?: boolean },
): Promise<ExitCode> {
  const source = await read(file);
  try {
    const { report, name } = parsePolicy(source, { name: basename(file) });
    process.stdout.write(json ? `${JSON.stringify({ name, report })}\n` : show(name, report));
    return 0;
  } catch (thrown) {
    if (!isMidstreamError(thrown)) throw thrown;
    if (json) process.stdout.write(`${JSON.stringify({ error: thrown })}\n`);
    else process.stderr.write(`${file}: ${thrown.message}\n${excerpt(source, thrown.details)}`);
    return 1;
  }
}

/** Prints the default policy. */
export async function policyShowCommand(): Promise<ExitCode> {
  process.stdout.write(DEFAULT_POLICY);
  return 0;
}

async function read(file: string): Promise<string> {
  try {
    return file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  } catch (thrown) {
    throw new MidstreamError('argument/invalid', `Cannot read the policy: ${messageOf(thrown)}`, {
      cause: thrown,
    });
  }
}

function show(name: string, { rules, propositions, warnings }: PolicyReport): string {
  const lines = [`policy ${name}: valid, ${rules.length} rules`];
  for (const rule of rules) {
    lines.push(
      `  ${rule.id}: ${rule.formula} → ${rule.action}, ${rule.enforcement}: ${rule.reason}`,
    );
  }
  for (const proposition of propositions) {
    const hold = proposition.holds
      ? `holds up to ${proposition.maximumHold} characters`
      : 'holds nothing';
    lines.push(`  ${proposition.name}: ${proposition.kind}, ${hold}`);
  }
  for (const warning of warnings) lines.push(`  warning: ${warning}`);
  return `${lines.join('\n')}\n`;
}

/**
 * The command line. Each command's code is loaded when it runs, so that `--help` and the quick
 * commands start at once. Exit codes: 0 done, 1 failed, 2 called wrongly, 3 something was found and
 * `--fail-on-finding` was given.
 */
import { isMidstreamError, messageOf } from '@midstream/core';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { VERSION } from '../version.ts';
import type { ExitCode } from './exit-code.ts';

export { endWithReader } from './pipes.ts';

/** Runs the command line; resolves to the exit code. Never throws. */
export async function main(argv: readonly string[]): Promise<number> {
  let code: ExitCode = 0;
  const program = build((exit) => {
    code = exit;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
    process.stderr.write(`midstream: ${explain(thrown)}\n`);
    return 1;
  }
}

function explain(thrown: unknown): string {
  if (isMidstreamError(thrown)) return `${thrown.message} (${thrown.code})`;
  return thrown instanceof Error ? (thrown.stack ?? messageOf(thrown)) : String(thrown);
}

type Done = (code: ExitCode) => void;

function build(done: Done): Command {
  const program = new Command('midstream')
    .description('Watches live streams while they flow, judges them, and acts before they end.')
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError('Run with --help to see what can be said.')
    .showSuggestionAfterError(true);
  addServers(program, done);
  addStreams(program, done);
  addComputing(program, done);
  addPolicy(program, done);
  addConfig(program, done);
  return program;
}

const configFile = (): Option =>
  new Option('-c, --config <file>', 'configuration file (default: midstream.yaml if there is one)');
const policyFile = (): Option => new Option('-p, --policy <file>', 'policy file (YAML)');
const upstreamUrl = (): Option =>
  new Option(
    '--upstream-url <url>',
    'OpenAI-compatible upstream, up to and with /v1 (default: tiny-lm)',
  );
const json = (): Option => new Option('--json', 'print JSON lines');

function whole(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value))
    throw new InvalidArgumentError('A whole number is wanted.');
  return value;
}

function real(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value))
    throw new InvalidArgumentError('A number is wanted.');
  return value;
}

function addServers(program: Command, done: Done): void {
  for (const [name, summary] of [
    ['start', 'Serve, play the demonstration and open the dashboard'],
    ['serve', 'Serve the gateway, the API and the dashboard'],
  ] as const) {
    program
      .command(name)
      .summary(summary)
      .description(`${summary}.`)
      .addOption(new Option('--port <number>', 'port (default 8787; 0 picks one)').argParser(whole))
      .addOption(new Option('--host <address>', 'address to listen on (loopback only)'))
      .addOption(new Option('--no-open', 'do not open a browser'))
      .addOption(configFile())
      .addOption(policyFile())
      .addOption(upstreamUrl())
      .addOption(new Option('--log-level <level>', 'trace, debug, info, warn, error or silent'))
      .action(async (options) => {
        const { serveCommand } = await import('./commands/serve.ts');
        done(await serveCommand(options, name === 'start'));
      });
  }
}

function addStreams(program: Command, done: Done): void {
  program
    .command('run')
    .summary('Stream one completion in the terminal, with findings beside it')
    .argument('<prompt>', 'what to send')
    .addOption(new Option('--model <name>', 'model'))
    .addOption(new Option('--temperature <number>', 'sampling temperature').argParser(real))
    .addOption(new Option('--max-tokens <number>', 'most tokens').argParser(whole).default(256))
    .addOption(new Option('--seed <number>', 'seed of the sampling').argParser(whole))
    .addOption(configFile())
    .addOption(policyFile())
    .addOption(upstreamUrl())
    .addOption(json())
    .action(async (prompt, options) => {
      const { runCommand } = await import('./commands/run.ts');
      done(await runCommand(prompt, options));
    });
  program
    .command('watch')
    .summary('Analyse any stream: a file, a URL, or standard input')
    .argument('<source>', 'a file, an http(s) URL, or - for standard input')
    .addOption(
      new Option('--as <kind>', 'text, or numbers (one a line)').choices(['text', 'numbers']),
    )
    .addOption(new Option('--fail-on-finding', 'exit with 3 when anything was found'))
    .addOption(configFile())
    .addOption(policyFile())
    .addOption(json())
    .action(async (source, options) => {
      const { watchCommand } = await import('./commands/watch.ts');
      done(await watchCommand(source, options));
    });
}

function addComputing(program: Command, done: Done): void {
  program
    .command('compare')
    .summary('Compare two series: files of numbers, or numbers as 1,2,3')
    .argument('<x>', 'a file, or numbers separated by commas')
    .argument('<y>', 'a file, or numbers separated by commas')
    .addOption(new Option('-m, --metric <name>', 'distance').default('dtw'))
    .addOption(new Option('--band <cells>', 'Sakoe-Chiba radius').argParser(whole))
    .addOption(new Option('--cost <kind>', 'local cost').choices(['squared', 'absolute']))
    .addOption(new Option('--root', 'square root of the sum of squares'))
    .addOption(new Option('--path', 'show the alignment'))
    .addOption(new Option('--parameters <json>', 'further parameters of the metric, as JSON'))
    .addOption(json())
    .action(async (x, y, options) => {
      const { compareCommand } = await import('./commands/compare.ts');
      done(await compareCommand(x, y, options));
    });
  program
    .command('batch')
    .summary('Answer operations: JSON lines on standard input, JSON lines out')
    .description(
      'Reads {"id", "operation", "input"} a line and answers in order; see docs/operations.md.',
    )
    .action(async () => {
      const { batchCommand } = await import('./commands/batch.ts');
      done(await batchCommand());
    });
}

function addPolicy(program: Command, done: Done): void {
  const policy = program.command('policy').summary('Check and show policies');
  policy
    .command('check')
    .summary('Check a policy file and say what each rule can do')
    .argument('<file>', 'policy file, or - for standard input')
    .addOption(json())
    .action(async (file, options) => {
      const { policyCheckCommand } = await import('./commands/policy.ts');
      done(await policyCheckCommand(file, options));
    });
  policy
    .command('show')
    .summary('Print the default policy, a start for your own')
    .action(async () => {
      const { policyShowCommand } = await import('./commands/policy.ts');
      done(await policyShowCommand());
    });
}

function addConfig(program: Command, done: Done): void {
  program
    .command('config')
    .summary('Show the configuration in force')
    .command('print')
    .summary('Print every setting, its value and where it came from')
    .addOption(configFile())
    .addOption(json())
    .action(async (options) => {
      const { configPrintCommand } = await import('./commands/config.ts');
      done(await configPrintCommand(options));
    });
}

/**
 * `npm test`: makes the clone ready, runs every stage, and closes with the plain line of counts.
 * Flags: `--only a,b`, `--from stage`, `--long` (full counts; writes test/long/result.json),
 * `--node24`. MIDSTREAM_SEED replays a run; STRICT=1, as in CI, lets nothing be skipped.
 */
import { built, installed, main } from './lib/ready.mjs';
import { addCounts, noCounts, sayCounts } from './lib/report.mjs';
import { seedFrom } from './lib/seed.mjs';
import { chooseStages, readTestOptions } from './lib/test-options.mjs';

const seconds = (since) => ((Date.now() - since) / 1000).toFixed(1);

async function buildProblem() {
  try {
    await built();
    return undefined;
  } catch (error) {
    return error.message;
  }
}

async function runStage(stage, context) {
  if (stage.needsBuild && context.buildProblem !== undefined) {
    return { counts: { passed: 0, failed: 1, skipped: 0 }, note: 'not run: the build failed' };
  }
  try {
    return await stage.run(context);
  } catch (error) {
    console.error(error);
    return { counts: { passed: 0, failed: 1, skipped: 0 }, note: error.message.split('\n')[0] };
  }
}

/** Runs the stages one after the other; returns one record a stage. */
async function runStages(stages, context) {
  const records = [];
  for (const stage of stages) {
    console.log(`\n--- ${stage.name}: ${stage.summary}`);
    const start = Date.now();
    const { counts, note = '' } = await runStage(stage, context);
    const verdict = counts.failed > 0 ? 'FAILED' : 'ok';
    const said = `${sayCounts(counts)}${note === '' ? '' : ` (${note})`}`;
    const head = `${verdict.padEnd(6)} ${stage.name.padEnd(9)} ${seconds(start).padStart(6)} s`;
    const line = `${head}  ${said}`;
    console.log(line);
    records.push({ name: stage.name, seconds: Number(seconds(start)), counts, line });
  }
  return records;
}

main(async () => {
  const start = Date.now();
  await installed();
  const { stages: all } = await import('./lib/stages.mjs');
  const options = readTestOptions(
    process.argv.slice(2),
    all.map(({ name }) => name),
  );
  const seed = seedFrom(process.env.MIDSTREAM_SEED);
  console.log(`Seed ${seed} (again: MIDSTREAM_SEED=${seed} npm test)`);
  const env = { MIDSTREAM_SEED: String(seed), ...(options.long ? { MIDSTREAM_LONG: '1' } : {}) };
  const strict = process.env.STRICT === '1';
  const context = { ...options, strict, env, results: [], ran: new Set() };
  const chosen = chooseStages(all, context);
  context.buildProblem = await buildProblem();
  const records = await runStages(chosen, context);
  const counts = records.map((record) => record.counts).reduce(addCounts, noCounts());
  console.log(`\nSeed ${seed}, ${seconds(start)} s in all`);
  for (const { line } of records) console.log(line);
  if (options.long && options.stages.length === all.length) {
    const { writeLongResult } = await import('./lib/long-result.mjs');
    writeLongResult({ seed, counts, stages: records.map(({ line, ...rest }) => rest) });
  }
  console.log(`\n${sayCounts(counts)}`);
  if (counts.failed > 0) process.exitCode = 1;
});

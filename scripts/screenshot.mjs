/**
 * Makes the picture of the README: starts the product, waits for the demonstration to cut a loop,
 * and photographs the page in a real Chromium. Usage: node scripts/screenshot.mjs [file]
 */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findProgram } from './lib/programs.mjs';
import { main, ready } from './lib/ready.mjs';
import { root } from './lib/root.mjs';

const file = process.argv[2] ?? join(root, 'docs/images/dashboard.png');
const QUIET = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** Resolves with the address that the server prints. */
function address(server) {
  return new Promise((resolve, reject) => {
    let text = '';
    server.stderr.on('data', (chunk) => {
      text += chunk;
      const url = /listens on (http:\S+)/.exec(text)?.[1];
      if (url !== undefined) resolve(url);
    });
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${text}`)));
  });
}

main(async () => {
  await ready();
  const executablePath = findProgram('chromium');
  if (executablePath === undefined) throw new Error('A screenshot needs chromium: install it.');
  const { chromium } = await import('playwright-core');
  const bin = join(root, 'apps/midstream/bin/midstream.js');
  const server = spawn(process.execPath, [bin, 'start', '--port', '0', '--no-open']);
  const args = ['--no-sandbox', '--disable-gpu', '--no-first-run', ...QUIET];
  const browser = await chromium.launch({ executablePath, args });
  try {
    const viewport = { width: 1440, height: 900 };
    const page = await browser.newPage({ viewport, colorScheme: 'dark' });
    await page.goto(await address(server));
    await page.getByTestId('cut-marker').first().waitFor({ timeout: 60_000 });
    await page.waitForTimeout(2_500);
    mkdirSync(dirname(file), { recursive: true });
    await page.screenshot({ path: file });
    console.log(`wrote ${file}`);
  } finally {
    await browser.close();
    server.kill('SIGTERM');
  }
});

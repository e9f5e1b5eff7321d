import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../../scripts/lib/programs.mjs';
import { type Product, startProduct } from './product.ts';

/** Throws under STRICT=1 when there is none. */
const executablePath = findProgram('chromium');

describe.runIf(executablePath !== undefined)('the dashboard in a real Chromium', () => {
  let product: Product;
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];
  beforeAll(async () => {
    product = await startProduct(['start']);
    browser = await chromium.launch({
      executablePath: executablePath as string,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    });
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(product.url);
  });
  afterAll(async () => {
    await browser?.close();
    await product?.[Symbol.asyncDispose]();
  });

  it('shows the demonstration: text streams in, a span is redacted, and the loop is cut', async () => {
    await page.getByTestId('session-item').first().waitFor();
    const transcript = page.getByTestId('transcript');
    await expect.poll(async () => (await transcript.textContent())?.length).toBeGreaterThan(40);
    await page.getByTestId('cut-marker').first().waitFor({ timeout: 60_000 });
    expect(await page.getByTestId('saved').first().textContent()).toMatch(/\d/);
    await page.getByTestId('timeline').first().waitFor();
    await page.getByTestId('gap-plot').first().waitFor();
  });

  it('streams a prompt that a person types, and stops it when told to', async () => {
    await page.getByTestId('prompt').fill('The whale');
    await page.getByTestId('run').click();
    await page.getByTestId('stop').click();
    await expect
      .poll(async () => page.getByTestId('session-list').textContent(), { timeout: 15_000 })
      .toMatch(/disconnected/i);
  });

  it('treats the text of a model as text', async () => {
    const headers = { 'content-type': 'application/json' };
    const label = '<img src=x onerror="document.title=1">';
    const opened = await fetch(`${product.url}/v1/sessions`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ label }),
    });
    const { id } = (await opened.json()) as { id: string };
    await fetch(`${product.url}/v1/sessions/${id}/events`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ events: [{ type: 'text-delta', text: `${label}<b>bold</b>` }] }),
    });
    const item = page.getByTestId('session-item').filter({ hasText: 'onerror' });
    await item.click();
    await expect
      .poll(async () => page.getByTestId('transcript').textContent())
      .toContain('<b>bold</b>');
    expect(await page.title()).not.toBe('1');
    expect(
      await page.locator('[data-testid=transcript] b, [data-testid=transcript] img').count(),
    ).toBe(0);
  });

  it('shows what each rule of the policy can do', async () => {
    const panel = page.getByTestId('policy-panel');
    await expect.poll(async () => panel.textContent()).toMatch(/enforced/i);
    expect(await panel.textContent()).toMatch(/reported/i);
  });

  it('works on a phone without scrolling sideways', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    const wide = await page.evaluate('document.documentElement.scrollWidth > window.innerWidth');
    expect(wide).toBe(false);
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  it('logs no error in the console, and has no serious flaw of accessibility', async () => {
    const { default: axe } = (await import('axe-core')) as unknown as {
      default: { source: string };
    };
    await page.evaluate(axe.source);
    const violations = (await page.evaluate(
      'axe.run().then(({violations}) => violations.filter(({impact}) => impact === "serious" || impact === "critical").map(({id, nodes}) => id + " " + nodes[0].html))',
    )) as string[];
    expect(violations).toEqual([]);
    expect(errors).toEqual([]);
  });
});

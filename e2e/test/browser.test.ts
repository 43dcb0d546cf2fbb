import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { startBrowser } from './support/browser.ts';
import { startEmbeddedLab } from './support/lab-under-test.ts';
import type { LabUnderTest } from './support/lab-under-test.ts';

describe('the page', () => {
  let lab: LabUnderTest;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    [lab, browser] = await Promise.all([startEmbeddedLab(), startBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await lab[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    page = await browser.newPage();
    complaints = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(lab.url);
    await page.getByRole('list').first().getByText('worker').first().waitFor();
  });
  afterEach(async () => await page.close());

  async function stops(): Promise<string[]> {
    return await page.locator('#journey > li .stop strong').allTextContents();
  }

  async function answers(service: string): Promise<number> {
    const cells = await page
      .locator('#tally tbody tr', { hasText: service })
      .locator('td:last-child')
      .allTextContents();
    return cells.reduce((sum, cell) => sum + Number(cell), 0);
  }

  test('draws the journey from the client to the worker, without a complaint of the browser', async () => {
    expect(await stops()).toEqual(['client', 'load balancer', 'frontend', 'api', 'worker']);
    await expect.poll(async () => await page.locator('#journey').textContent()).toMatch(/us-east-1[abc]/);
    expect(complaints).toEqual([]);
  });

  test.each([
    ['Cloud Map DNS', /SRV worker\.switchyard\.internal/],
    ['Cloud Map API', /revision \d+/],
    ['Service Connect', /alias http:\/\/worker\.mesh:3000/],
  ])('draws how the worker is found through %s', async (label, drawn) => {
    await page.getByLabel(label).check();
    await page.getByRole('button', { name: 'Travel again' }).click();
    await expect.poll(async () => await page.locator('#journey > li').last().textContent()).toMatch(drawn);
    expect(complaints).toEqual([]);
  });

  test('counts who answered: one frontend, because the browser keeps the cookie, and both workers', async () => {
    await page.getByRole('button', { name: 'Travel 10 times' }).click();
    await expect.poll(async () => await answers('worker')).toBe(11);
    expect(await page.locator('#tally tbody tr', { hasText: 'frontend' }).count()).toBe(1);
    expect(await page.locator('#tally tbody tr', { hasText: 'worker' }).count()).toBe(2);
  });

  test('is operated by the keyboard alone', async () => {
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.name')).toBe('via');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(async () => await answers('worker')).toBe(2);
  });
});

import chromium from '@sparticuz/chromium';
import { chromium as playwright } from 'playwright-core';
import type { Browser } from 'playwright-core';

/** A headless Chromium: the one of the npm registry on Linux, the system's Chrome elsewhere. */
export async function startBrowser(): Promise<Browser> {
  if (process.platform !== 'linux') return await playwright.launch({ channel: 'chrome' });
  // Nothing of the browser's own to the internet; and no sandbox, since tests may run as root in a container.
  const args = [
    '--no-sandbox',
    '--disable-quic',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  return await playwright.launch({ executablePath: await chromium.executablePath(), args });
}

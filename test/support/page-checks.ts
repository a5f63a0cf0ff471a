import axe, { type AxeResults } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { PATIENCE_MS } from './timing.js';

const WIDTHS = [320, 360, 768, 1024, 1280];
const TEXT_SIZES = ['16px', '32px'];
/** By how many pixels a page in this text size is wider than its window. */
const EXCESS = `(size) => {
  const root = document.documentElement;
  root.style.setProperty('font-size', size);
  const excess = root.scrollWidth - window.innerWidth;
  root.style.removeProperty('font-size');
  return excess;
}`;

/** The switch below replaces Playwright's own, so that its features stand here too. */
const DISABLED_BY_PLAYWRIGHT = [
  ...['AvoidUnnecessaryBeforeUnloadCheckSync', 'DestroyProfileOnBrowserClose', 'HttpsUpgrades'],
  ...['HttpsFirstBalancedModeAutoEnable', 'LensOverlay', 'MediaRouter', 'PaintHolding'],
  ...['ThirdPartyStoragePartitioning', 'AvoidCorsURLLoaderRestartOnRedirect', 'TcpPortRandomizationWin'],
  ...['OptimizationHints', 'NetworkTimeServiceQuerying', 'AimEnabled', 'PreconnectToSearch'],
];
/** What Chromium prepares in each tab for somebody who types an address: half a second of work. */
const ADDRESS_BAR = ['WebUIOmniboxPopup', 'WebUIOmniboxFullPopup', 'WebUIOmniboxAimPopup'];

export async function launchChromium(): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-dev-shm-usage',
      `--disable-features=${[...DISABLED_BY_PLAYWRIGHT, ...ADDRESS_BAR].join(',')}`,
    ],
    timeout: 3 * PATIENCE_MS, // its first start on a machine collects the fonts
  });
  browser.on('context', (context) => context.setDefaultTimeout(PATIENCE_MS));
  return browser;
}

/** What the page's console complains of: a breach of the policy, a missing file, a script's error. */
export function collectComplaints(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  return complaints;
}

interface Barriers {
  readonly passed: number;
  readonly violations: AxeResults['violations'];
}

/** axe-core's violations, one a line: of all its rules, or of those about colours, in which alone themes differ. */
export async function findBarriers(page: Page, rules?: 'of colours'): Promise<readonly string[]> {
  if (await page.evaluate("typeof axe === 'undefined'")) await page.evaluate(axe.source);
  const options = {
    resultTypes: ['violations'],
    ...(rules === undefined
      ? {}
      : { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } }),
  };
  // All that axe-core tells is a megabyte a page.
  const { passed, violations } = await page.evaluate<Barriers>(
    `axe.run(${JSON.stringify(options)}).then(({ passes, violations }) => ({ passed: passes.length, violations }))`,
  );
  if (passed === 0) return ['axe-core checked nothing'];
  return violations.map(
    ({ id, nodes }) => `${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
  );
}

/** The widths at which the page scrolls sideways, in its own text size and in twice that. */
export async function findSidewaysScrolling(page: Page): Promise<readonly string[]> {
  const found: string[] = [];
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    for (const size of TEXT_SIZES) {
      const excess = await page.evaluate<number>(`(${EXCESS})(${JSON.stringify(size)})`);
      if (excess > 0) found.push(`${excess} px too wide at ${width} with text of ${size}`);
    }
  }
  return found;
}

/** Takes the README's pictures from the running demo: `npm run demo` in one terminal, `npm run screenshots` in another. */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';

const url = process.argv[2] ?? 'http://localhost:8000';
const folder = fileURLToPath(new URL('images/', import.meta.url));

await mkdir(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
for (const colorScheme of ['light', 'dark'] as const) {
  const page = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 720 } });
  await page.goto(`${url}/admin/login`);
  await take(page, `sign-in-${colorScheme}`);
  await page.getByRole('link', { name: 'Continue with Microsoft' }).click();
  await page.getByRole('button', { name: /Amara Okafor/ }).click();
  await page.waitForURL(`${url}/admin`);
  await take(page, `dashboard-${colorScheme}`);
  await page.goto(`${url}/admin/users`);
  await take(page, `users-${colorScheme}`);
  await page.getByRole('link', { name: /Ingrid Solberg/ }).click();
  await take(page, `user-${colorScheme}`);
  await page.close();
}
await browser.close();

/** Chromium without a graphics card now and then fails at a picture: tries again. */
async function take(page: Page, name: string, attempts = 5): Promise<void> {
  try {
    await page.screenshot({ path: `${folder}${name}.png` });
  } catch (error) {
    if (attempts <= 1) throw error;
    await take(page, name, attempts - 1);
  }
}

import type { Page } from 'playwright-core';

export const ADA = { email: 'ada@example.com', firstname: 'Ada', lastname: 'Lovelace' };

/** Types into the form as a person would; nothing is sent. */
export async function fill(page: Page, input: typeof ADA = ADA): Promise<void> {
  await page.getByLabel('Email').fill(input.email);
  await page.getByLabel('First name').fill(input.firstname);
  await page.getByLabel('Last name').fill(input.lastname);
}

export async function submit(page: Page): Promise<void> {
  await page.locator('#submit').click();
}

/** Waits until the form is in one of its states. */
export async function state(page: Page, name: 'idle' | 'sending' | 'error' | 'retry'): Promise<void> {
  await page.locator(`#registration-form[data-state="${name}"]`).waitFor();
}

/** Waits for the token and reads it. */
export async function shownToken(page: Page): Promise<string> {
  const token = page.locator('#token');
  await token.waitFor();
  return (await token.textContent()) ?? '';
}

import { expect, it } from '@jest/globals';
import { runProcess } from '../support/processes.js';

it('a stack trace names lines of src/', async () => {
  const { stdout } = await runProcess({
    execArgv: ['--enable-source-maps', '--input-type=module'],
    script: '--eval',
    args: [
      `const { readSettings } = await import('./dist/platform/config/read-environment.js');
       try { readSettings(); } catch (error) { console.log(error.stack); }`,
    ],
    env: { PORT: 'none' },
  });
  expect(stdout()).toMatch(/[\\/]src[\\/]platform[\\/]config[\\/]\S+\.ts:\d+:\d+/);
  expect(stdout()).not.toMatch(/[\\/]dist[\\/]/);
});

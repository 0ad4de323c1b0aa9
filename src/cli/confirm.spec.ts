import { describe, expect, it } from '@jest/globals';
import { confirm, confirmAtTerminal, type Terminal } from './confirm.js';

function terminal(interactive: boolean, answer = ''): Terminal & { asked: string[] } {
  const asked: string[] = [];
  return {
    interactive,
    asked,
    ask: async (question) => {
      asked.push(question);
      return answer;
    },
  };
}

describe('before money moves', () => {
  it.each(['y', 'yes', ' Y '])('"%s" at a terminal goes on', async (answer) => {
    const asked = terminal(true, answer);
    await confirm('3 events', {}, asked);
    expect(asked.asked).toEqual(['3 events\nContinue? [y/N] ']);
  });

  it.each(['', 'n', 'yep'])('"%s" at a terminal does nothing', async (answer) => {
    await expect(confirm('3 events', {}, terminal(true, answer))).rejects.toThrow('Nothing was changed');
  });

  it('--yes asks nothing', async () => {
    const asked = terminal(false);
    await confirm('3 events', { yes: true }, asked);
    expect(asked.asked).toEqual([]);
  });

  it.each([
    ['without a terminal', {}, false],
    ['with --json', { json: true }, true],
  ])('%s --yes is required', async (_what, options, interactive) => {
    await expect(confirm('3 events', options, terminal(interactive, 'y'))).rejects.toThrow('--yes');
  });
});

it('what scripts have always called without --yes is asked at a terminal alone', async () => {
  await confirmAtTerminal('3 events', {}, terminal(false));
  await expect(confirmAtTerminal('3 events', {}, terminal(true, 'n'))).rejects.toThrow('Nothing was changed');
});

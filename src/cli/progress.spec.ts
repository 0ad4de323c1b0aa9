import { describe, expect, it } from '@jest/globals';
import { Progress, type ProgressStream } from './progress.js';

function terminal(isTTY: boolean): ProgressStream & { written: string } {
  return {
    isTTY,
    columns: 19,
    written: '',
    write(text: string) {
      this.written += text;
    },
  };
}

describe('progress', () => {
  it('at a terminal is one line, as wide as there is room, and is gone at the end', () => {
    const stream = terminal(true);
    const progress = new Progress({}, stream);
    progress.count(12, 400, 'compared and more and more');
    progress.count(13, 400, 'so soon that nobody could read it');
    progress.end();
    expect(stream.written).toBe('\r\u001B[K12 of 400 compared\r\u001B[K');
  });

  it.each([
    ['with --json', { json: true }, true],
    ['into a file', {}, false],
  ])('%s is nothing', (_what, options, isTTY) => {
    const stream = terminal(isTTY);
    const progress = new Progress(options, stream);
    progress.show('counting…');
    progress.end();
    expect(stream.written).toBe('');
  });
});

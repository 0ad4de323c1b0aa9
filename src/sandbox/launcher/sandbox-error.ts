/** Something the person at the terminal can do something about: the message says what, without a stack. */
export class SandboxError extends Error {
  override name = 'SandboxError';
}

/** Something that must not begin as it is configured: the message, for the operator, says what to do. It ends the process. */
export class StartRefusedError extends Error {
  override name = 'StartRefusedError';
}

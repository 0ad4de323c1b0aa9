/** A command whose file is loaded when it runs: help and completion do not wait for any of them. */
export function lazyCommand<Parameters extends unknown[]>(
  load: () => Promise<(...parameters: Parameters) => Promise<void>>,
): (...parameters: Parameters) => Promise<void> {
  return async (...parameters) => {
    await import('reflect-metadata');
    await (
      await load()
    )(...parameters);
  };
}

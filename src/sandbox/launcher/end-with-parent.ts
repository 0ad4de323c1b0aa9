/*
 * Loaded before a program (`node --import`) that knows nothing of the sandbox: when the launcher is gone, however it
 * ended, the program gets the signal that an operator would send.
 */
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
// The channel alone keeps nothing running.
process.channel?.unref();

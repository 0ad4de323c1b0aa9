import { sandboxApplicationId, Twin } from './twin.js';

/** What the contract is held against: the twin, or the real Moesif. */
export interface Target {
  baseUri: string;
  applicationId: string;
  /** For looking at what arrived; the real collector is write-only. */
  twin: Twin | undefined;
  stop(): Promise<void>;
}

/** The real Moesif when `MOESIF_TEST_APPLICATION_ID` is set, otherwise a twin of its own. */
export async function startTarget(): Promise<Target> {
  const applicationId = process.env['MOESIF_TEST_APPLICATION_ID'];
  if (applicationId) {
    return { baseUri: 'https://api.moesif.net', applicationId, twin: undefined, stop: async () => undefined };
  }
  const twin = await Twin.start();
  return {
    baseUri: twin.baseUri,
    applicationId: sandboxApplicationId,
    twin,
    stop: async () => {
      await twin.stop();
    },
  };
}

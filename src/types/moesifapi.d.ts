/** The package has no typings; these are of what is used. */
declare module 'moesifapi' {
  interface Failure {
    errorMessage?: string;
    errorCode?: string | number;
  }
  type Done = (failure: Failure | null, response?: { body?: unknown }) => void;
  interface MoesifApi {
    configuration: { ApplicationId: string; BaseUri: string };
    ApiController: {
      /** Events as they go over the wire. */
      createEventsBatch(events: readonly object[], done: Done): void;
      updateSubscription(subscription: object, done: Done): void;
      getAppConfig(done: Done): void;
    };
  }
  const moesifapi: MoesifApi;
  export default moesifapi;
}

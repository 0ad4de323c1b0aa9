/** moesifapi 3.1.3 ships no typings; this is the part of it that we use. */
declare module 'moesifapi' {
  type Done = (failure: { errorMessage?: string; errorCode?: string | number } | null) => void;

  interface MoesifApi {
    ApiController: { createEventsBatch(events: readonly object[], done: Done): void };
    /** A collector event; takes camelCase or the wire's snake_case. */
    EventModel: new (event: object) => object;
  }

  const api: MoesifApi;
  export default api;
}

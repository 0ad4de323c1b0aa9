/** The version of the HTTP interface: in the API document, and sent to analytics with each call. */
export const API_VERSION = '1';

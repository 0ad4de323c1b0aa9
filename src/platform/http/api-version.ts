/** The version of the HTTP interface: what the API document says, and what analytics is told with each call. */
export const API_VERSION = '1';

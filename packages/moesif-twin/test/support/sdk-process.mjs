// A program that uses Moesif's own packages, to be driven over IPC: they keep process-wide state and timers, so every
// test that needs them fresh forks one. Messages are {id, verb, …}; answers {id, value} or {id, error}.
import { createServer } from 'node:http';
import moesif from 'moesif-nodejs';
import moesifapi from 'moesifapi';

let middleware;

const verbs = {
  /** Makes the middleware, and an HTTP server that it watches. `x-user` and `x-company` name the caller. */
  async start({ options }) {
    middleware = moesif({
      ...options,
      identifyUser: (request) => request.headers['x-user'],
      identifyCompany: (request) => request.headers['x-company'],
      getSessionToken: () => 'session-1',
      getMetadata: () => ({ region: 'eu' }),
    });
    const server = createServer((request, response) => {
      middleware(request, response, () => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ handled: true }));
      });
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${server.address().port}`;
  },

  /** Calls a method of the middleware and waits for its promise. */
  async middleware({ method, argument }) {
    const response = await middleware[method](argument);
    return { statusCode: response.statusCode };
  },

  /** Sets moesifapi's configuration, as an application does that uses it without the middleware. */
  async configure({ configuration }) {
    Object.assign(moesifapi.configuration, configuration);
  },

  /** Calls a method of moesifapi's controller: what it returned, and what its callback was given. */
  async controller({ method, model, body }) {
    const build = (item) => (model ? new moesifapi[model](item) : item);
    const built = Array.isArray(body) ? body.map(build) : build(body);
    return new Promise((resolve) => {
      const callback = (error, response, context) =>
        resolve({
          error,
          statusCode: response?.statusCode ?? null,
          headers: { ...response?.headers },
          body: response?.body ?? null,
          contextStatus: context?.response?.statusCode ?? null,
        });
      const controller = moesifapi.ApiController;
      if (body === undefined) controller[method](callback);
      else controller[method](built, callback);
    });
  },
};

process.on('message', ({ id, verb, ...parameters }) => {
  verbs[verb](parameters).then(
    (value) => process.send({ id, value }),
    (error) => process.send({ id, error: error instanceof Error ? { errorMessage: error.message } : error }),
  );
});
process.on('disconnect', () => process.exit(0));

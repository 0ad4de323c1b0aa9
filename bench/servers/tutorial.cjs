/*
 * The paid half of the tutorial's application as its text describes it, in our words: Express serves the folder of the
 * page, Moesif's middleware watches every request and reads the user from the verified claims, and express-jwt verifies
 * the token with the secret as a string. (Registration, where Stripe comes in, is no part of a paid call.)
 * Its packages come from the folder in TUTORIAL, so that one program runs with the versions of then and of now.
 */
const { createRequire } = require('node:module');
const { join } = require('node:path');

const load = createRequire(join(process.env.TUTORIAL, 'package.json'));
const express = load('express');
const expressJwt = load('express-jwt');
const moesif = load('moesif-nodejs');

/** Its name, and where it leaves the claims, changed with version 6. */
const verifyToken = expressJwt.expressjwt ?? expressJwt;
const claimsOf = (request) => request.auth ?? request.user;

const app = express();
app.use(express.static(process.env.TUTORIAL));
app.use(
  moesif({
    applicationId: process.env.MOESIF_APPLICATION_ID,
    baseUri: process.env.MOESIF_BASE_URI,
    identifyUser: (request) => claimsOf(request)?.id,
  }),
);
app.get(
  '/test-service/',
  verifyToken({ secret: process.env.TOKEN_SECRET, algorithms: ['HS256'] }),
  (_request, response) => {
    response.status(200).send('this is a response');
  },
);
app.listen(Number(process.env.PORT), '127.0.0.1');

/*
 * The tutorial's application as its text describes it: Express, passport-jwt with the secret as a string, and Moesif's
 * middleware for every request, which names the user from the verified token. Its packages come from the folder in
 * TUTORIAL, so that one program runs with the versions of then and of now.
 */
const { createRequire } = require('node:module');
const { join } = require('node:path');

const load = createRequire(join(process.env.TUTORIAL, 'package.json'));
const express = load('express');
const jwt = load('jsonwebtoken');
const moesif = load('moesif-nodejs');
const passport = load('passport');
const { ExtractJwt, Strategy } = load('passport-jwt');

const secret = process.env.TOKEN_SECRET;
const jwtFromRequest = ExtractJwt.fromAuthHeaderAsBearerToken();
passport.use(new Strategy({ jwtFromRequest, secretOrKey: secret }, (claims, done) => done(null, claims)));

const app = express();
app.use(express.json());
app.use(
  moesif({
    applicationId: process.env.MOESIF_APPLICATION_ID,
    baseUri: process.env.MOESIF_BASE_URI,
    identifyUser: (request) => {
      const token = jwtFromRequest(request);
      return token ? jwt.verify(token, secret).id : undefined;
    },
  }),
);
app.get('/test-service', passport.authenticate('jwt', { session: false }), (_request, response) => {
  response.status(200).send('this is a response');
});
app.listen(Number(process.env.PORT), '127.0.0.1');

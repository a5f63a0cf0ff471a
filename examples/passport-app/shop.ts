import { randomBytes } from 'node:crypto';
import express, { type RequestHandler, Router } from 'express';
import session from 'express-session';
import passport from 'passport';
import { Strategy as LocalStrategy } from 'passport-local';
import { type Customer, customerWithPassword, findCustomer } from './customers.js';

declare global {
  namespace Express {
    interface User extends Customer {}
  }
}

passport.use(
  new LocalStrategy((username, password, done) => {
    customerWithPassword(username, password).then((customer) => done(null, customer ?? false), done);
  }),
);
passport.serializeUser((customer, done) => done(null, customer.id));
passport.deserializeUser((id: string, done) => done(null, findCustomer(id) ?? false));

const customersOnly: RequestHandler = (request, response, next) =>
  request.isAuthenticated() ? next() : response.redirect('/login');

/** The shop as it was before Entrance came: its own session, its own cookie, its own users. Nothing in here changes. */
export function createShop(): Router {
  const shop = Router();
  shop.use(
    session({
      name: 'shop.sid',
      secret: process.env.SHOP_SECRET ?? randomBytes(32).toString('base64url'),
      resave: false,
      saveUninitialized: false,
      cookie: { httpOnly: true, sameSite: 'lax' },
    }),
    passport.initialize(),
    passport.session(),
  );
  shop.get('/', (request, response) => {
    response.json({ customer: request.user?.name ?? null });
  });
  shop.get('/login', (_request, response) => {
    response.send(`<form method="post" action="/login">
      <input name="username" autocomplete="username"><input name="password" type="password"><button>Sign in</button>
    </form>`);
  });
  shop.post(
    '/login',
    express.urlencoded({ extended: false }),
    passport.authenticate('local', { successRedirect: '/orders', failureRedirect: '/login' }),
  );
  shop.post('/logout', (request, response, next) => {
    request.logout((error) => (error ? next(error) : response.redirect('/')));
  });
  shop.get('/orders', customersOnly, (request, response) => {
    response.json({ customer: request.user, orders: ['two mugs', 'a lamp'] });
  });
  return shop;
}

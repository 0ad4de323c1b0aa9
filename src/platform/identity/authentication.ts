import { type CanActivate, type ExecutionContext, Injectable, Optional } from '@nestjs/common';

/** Finds out who calls. */
export abstract class Authentication {
  /**
   * By the access token of the request: sets the principal of its exchange. Does nothing where the handler or its controller is `@Public()`.
   * @throws {FareboxError} `token_missing`, `token_invalid`, `token_expired`, `token_revoked`; `forbidden` when the token
   * lacks the scope that the route requires
   */
  abstract authenticate(context: ExecutionContext): Promise<void>;

  /**
   * The same for a paid route that nothing has authenticated yet: asks the application's `PrincipalResolver`, and where there
   * is none, for our token.
   * @throws {FareboxError} the same, and `token_invalid` for a customer without an account
   */
  abstract identify(context: ExecutionContext): Promise<void>;
}

/** Requires a token of everything that is not `@Public()`. It guards our own routes; in the reference application, all. */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  /** A command answers no requests, and loads controllers without what serves them. */
  constructor(@Optional() private readonly authentication?: Authentication) {}

  async canActivate(context: ExecutionContext): Promise<true> {
    if (!this.authentication)
      throw new Error('a route was asked for in an application without authentication');
    await this.authentication.authenticate(context);
    return true;
  }
}

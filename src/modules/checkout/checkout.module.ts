import { Global, Module } from '@nestjs/common';
import { HttpModule } from '../../platform/http/http.module.js';
import { AccountsModule } from '../accounts/index.js';
import { AuthModule } from '../auth/index.js';
import { BillingModule } from '../billing/index.js';
import { ConfirmationLinks, RegistrationModule } from '../registration/index.js';
import { AccessLinks } from './access-links.js';
import { BrowserCookie } from './browser-cookie.js';
import { CheckoutCompletion } from './checkout-completion.js';
import { CheckoutFormsController } from './checkout-forms.controller.js';
import { CheckoutController } from './checkout.controller.js';
import { CheckoutIntents } from './checkout-intents.js';
import { CheckoutReturnService } from './checkout-return.service.js';
import { CheckoutService } from './checkout.service.js';
import { HtmlProblemFilter } from './html-problem.filter.js';
import { LinkMails } from './link-mails.js';
import { LinkRedemptionService } from './link-redemption.service.js';
import { SignInController } from './sign-in/sign-in.controller.js';
import { SignInService } from './sign-in/sign-in.service.js';

/**
 * How a person becomes a customer by paying, and the one-time links to a token that are mailed: after a payment, for a
 * registration, and to sign in again. Global for the port of `registration` that it serves, which stands below it.
 */
@Global()
@Module({
  imports: [AccountsModule, AuthModule, BillingModule, HttpModule, RegistrationModule],
  controllers: [SignInController, CheckoutController, CheckoutFormsController],
  providers: [
    BrowserCookie,
    AccessLinks,
    { provide: ConfirmationLinks, useExisting: AccessLinks },
    LinkMails,
    CheckoutIntents,
    CheckoutCompletion,
    CheckoutService,
    CheckoutReturnService,
    LinkRedemptionService,
    HtmlProblemFilter,
    SignInService,
  ],
  exports: [ConfirmationLinks],
})
export class CheckoutModule {}

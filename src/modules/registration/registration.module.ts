import { Module } from '@nestjs/common';
import { HttpModule } from '../../platform/http/http.module.js';
import { AccountsModule } from '../accounts/index.js';
import { AuthModule } from '../auth/index.js';
import { BillingModule } from '../billing/index.js';
import { AccessLinks } from './checkout/access-links.js';
import { BrowserCookie } from './checkout/browser-cookie.js';
import { CheckoutCompletion } from './checkout/checkout-completion.js';
import { CheckoutForms } from './checkout/checkout-forms.route.js';
import { CheckoutController } from './checkout/checkout.controller.js';
import { CheckoutIntents } from './checkout/checkout-intents.js';
import { CheckoutReturnService } from './checkout/checkout-return.service.js';
import { CheckoutService } from './checkout/checkout.service.js';
import { HtmlProblemFilter } from './checkout/html-problem.filter.js';
import { LinkMails } from './checkout/link-mails.js';
import { LinkRedemptionService } from './checkout/link-redemption.service.js';
import { PublicAddress } from './checkout/public-address.js';
import { ConflictLimit } from './conflict-limit.js';
import { SignInController } from './sign-in/sign-in.controller.js';
import { SignInService } from './sign-in/sign-in.service.js';
import { RegistrationCompletion } from './registration-completion.js';
import { RegistrationController } from './registration.controller.js';
import { RegistrationIntents } from './registration-intents.js';
import { RegistrationService } from './registration.service.js';

const CHECKOUT = [
  PublicAddress,
  BrowserCookie,
  AccessLinks,
  LinkMails,
  CheckoutIntents,
  CheckoutCompletion,
  CheckoutService,
  CheckoutReturnService,
  LinkRedemptionService,
  HtmlProblemFilter,
  CheckoutForms,
];

/** Ways to become a customer: by registering, or by paying. */
@Module({
  imports: [AccountsModule, AuthModule, BillingModule, HttpModule],
  controllers: [RegistrationController, SignInController, CheckoutController],
  providers: [
    RegistrationIntents,
    RegistrationCompletion,
    RegistrationService,
    ConflictLimit,
    SignInService,
    ...CHECKOUT,
  ],
})
export class RegistrationModule {}

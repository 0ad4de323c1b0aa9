import type Stripe from 'stripe';
import { email } from '../wire/email.js';
import { pagination } from '../wire/list.js';
import { metadata } from '../wire/metadata.js';
import { hash, integer, oneOf, paramsOf, text, unsettable, unsupported } from '../wire/params.js';
import { address } from '../wire/address.js';

export const billingDetails = paramsOf<Stripe.PaymentMethodCreateParams.BillingDetails>()({
  address: unsettable(address),
  email: unsettable(email),
  name: unsettable(text()),
  phone: unsettable(text()),
  tax_id: text(),
});

const month = integer({ min: 1, max: 12 });

const redisplay = oneOf('always', 'limited', 'unspecified');

/** Every way to pay that Stripe knows and the sandbox does not: it has cards. */
const others = {
  acss_debit: unsupported,
  affirm: unsupported,
  afterpay_clearpay: unsupported,
  alipay: unsupported,
  alma: unsupported,
  amazon_pay: unsupported,
  au_becs_debit: unsupported,
  bacs_debit: unsupported,
  bancontact: unsupported,
  billie: unsupported,
  bizum: unsupported,
  blik: unsupported,
  boleto: unsupported,
  cashapp: unsupported,
  crypto: unsupported,
  custom: unsupported,
  customer_balance: unsupported,
  eps: unsupported,
  fpx: unsupported,
  giropay: unsupported,
  grabpay: unsupported,
  ideal: unsupported,
  interac_present: unsupported,
  kakao_pay: unsupported,
  klarna: unsupported,
  konbini: unsupported,
  kr_card: unsupported,
  link: unsupported,
  mb_way: unsupported,
  mobilepay: unsupported,
  multibanco: unsupported,
  naver_pay: unsupported,
  nz_bank_account: unsupported,
  oxxo: unsupported,
  p24: unsupported,
  pay_by_bank: unsupported,
  payco: unsupported,
  paynow: unsupported,
  paypal: unsupported,
  paypay: unsupported,
  payto: unsupported,
  pix: unsupported,
  promptpay: unsupported,
  radar_options: unsupported,
  revolut_pay: unsupported,
  samsung_pay: unsupported,
  satispay: unsupported,
  scalapay: unsupported,
  sepa_debit: unsupported,
  sequra: unsupported,
  sofort: unsupported,
  sunbit: unsupported,
  swish: unsupported,
  twint: unsupported,
  upi: unsupported,
  us_bank_account: unsupported,
  wechat_pay: unsupported,
  zip: unsupported,
};

export const createSpecs = paramsOf<Stripe.PaymentMethodCreateParams>()({
  ...others,
  allow_redisplay: redisplay,
  billing_details: hash(billingDetails),
  card: hash(
    paramsOf<Stripe.PaymentMethodCreateParams.Card>()({
      cvc: text(4),
      exp_month: month,
      exp_year: integer({ min: 0 }),
      networks: unsupported,
      number: text(30),
      token: text(),
    }),
  ),
  customer: unsupported,
  metadata,
  payment_method: unsupported,
  type: oneOf('card'),
});

export const cardUpdate = paramsOf<Stripe.PaymentMethodUpdateParams.Card>()({
  exp_month: month,
  exp_year: integer({ min: 0 }),
  networks: unsupported,
});

export const listSpecs = paramsOf<Stripe.PaymentMethodListParams>()({
  ...pagination,
  allow_redisplay: redisplay,
  customer: text(),
  customer_account: unsupported,
  type: oneOf('card'),
});
